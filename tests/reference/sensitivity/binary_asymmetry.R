# Writes binary_asymmetry.json: regression tests for 2x2 tables and for standardised mean
# differences, with lm() and rma(). Run in this folder: Rscript binary_asymmetry.R
suppressMessages({library(metafor); library(jsonlite)})
line <- function(y, x, w) {
  s <- summary(lm(y ~ x, weights = w))
  list(stat = s$coefficients[2, 3], pval = s$coefficients[2, 4], df = s$df[2],
       beta = unname(s$coefficients[, 1]), se = unname(s$coefficients[, 2]))
}
tests <- function(a, n1, c, n2) {
  b <- n1 - a; d <- n2 - c; N <- n1 + n2
  z <- a - (a + c) * n1 / N; V <- n1 * n2 * (a + c) * (b + d) / (N^2 * (N - 1))
  y <- escalc("OR", ai = a, bi = b, ci = c, di = d)$yi
  w <- 1 / (1 / (a + c) + 1 / (b + d)); ess <- 4 * n1 * n2 / N
  as <- asin(sqrt(a / n1)) - asin(sqrt(c / n2)); vas <- 1 / (4 * n1) + 1 / (4 * n2)
  r <- rma(as, vas, mods = ~ sqrt(vas), method = "DL")
  list(harbord = line(z / V, 1 / sqrt(V), V), peters = line(y, 1 / N, w),
       macaskill = line(y, N, w), deeks = line(y, 1 / sqrt(ess), ess),
       "ruecker-arcsine" = list(stat = r$zval[2], pval = r$pval[2], beta = as.vector(r$beta),
                                se = r$se, tau2 = r$tau2),
       "ruecker-arcsine/lm" = line(as, sqrt(vas), 1 / vas))
}
bcg <- dat.bcg
t1 <- lapply(with(bcg, list(a = tpos, n1 = tpos + tneg, c = cpos, n2 = cpos + cneg)), as.numeric)
zero <- list(a = c(0, 4, 2, 7, 11, 1), n1 = c(20, 30, 25, 60, 90, 15),
             c = c(3, 6, 5, 9, 15, 0), n2 = c(21, 30, 24, 61, 88, 16))
n <- dat.normand1999
smd <- escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = n)
size <- 1 / n$n1i + 1 / n$n2i; total <- n$n1i + n$n2i
a <- sqrt(2 * total^2 / (n$n1i * n$n2i))
h <- sqrt(2) * sign(smd$yi) * (log(abs(smd$yi) + sqrt(smd$yi^2 + a^2)) - log(a))
out <- list(
  source = paste0("R ", getRversion(), ": lm() with weights; metafor ", packageVersion("metafor"),
                  ": rma(method = 'DL') for ruecker-arcsine"),
  tables = list(bcg = t1, zeros = zero),
  results = list(bcg = do.call(tests, t1), zeros = do.call(tests, zero)),
  smd = list(y = as.vector(smd$yi), v = as.vector(smd$vi), n1 = n$n1i, n2 = n$n2i,
    "modified-predictor" = line(smd$yi, sqrt(size), 1 / smd$vi),
    "modified-both" = line(smd$yi, sqrt(size), 1 / size),
    "variance-stabilised" = line(h, 1 / sqrt(total), total)))
write(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = 1), "binary_asymmetry.json")

# Reference numbers for agreement of two extractors, from base R alone:
# mean squares of an analysis of variance, and the delta method with a numerical gradient.
# Run: Rscript tests/reference/agreement.R > tests/reference/agreement.json
suppressMessages(library(jsonlite))

icc <- function(x) {
  n <- nrow(x); k <- ncol(x)
  long <- data.frame(y = as.vector(x), item = factor(rep(1:n, k)), rater = factor(rep(1:k, each = n)))
  ms <- anova(lm(y ~ item + rater, long))[["Mean Sq"]]
  r <- ms[1]; cc <- ms[2]; e <- ms[3]
  v <- (r - e) / (r + (k - 1) * e + k * (cc - e) / n)
  a <- k * v / (n * (1 - v)); b <- 1 + k * v * (n - 1) / (n * (1 - v))
  df <- (a * cc + b * e)^2 / ((a * cc)^2 / (k - 1) + (b * e)^2 / ((n - 1) * (k - 1)))
  fl <- qf(.975, n - 1, df); fu <- qf(.975, df, n - 1)
  c(v, n * (r - fl * e) / (fl * (k * cc + (k * n - k - n) * e) + n * r),
    n * (fu * r - e) / (k * cc + (k * n - k - n) * e + n * fu * r))
}

kappa <- function(p) {
  m <- matrix(p, sqrt(length(p)))
  pe <- sum(rowSums(m) * colSums(m))
  (sum(diag(m)) - pe) / (1 - pe)
}

kappa_ci <- function(counts) {
  n <- sum(counts); p <- as.vector(counts) / n; h <- 1e-6
  g <- sapply(seq_along(p), function(i) { d <- replace(0 * p, i, h); (kappa(p + d) - kappa(p - d)) / (2 * h) })
  se <- sqrt(sum(p * g^2) - sum(p * g)^2) / sqrt(n)
  kappa(p) + c(0, -1, 1) * qnorm(.975) * se
}

shrout <- matrix(c(9, 6, 8, 7, 10, 6, 2, 1, 4, 1, 5, 2, 5, 3, 6, 2, 6, 4, 8, 2, 8, 6, 9, 7), 6)
set.seed(7)
truth <- rnorm(40, 20, 6)
two <- round(cbind(truth + rnorm(40), truth + 0.8 + rnorm(40)), 2)
tables <- list(matrix(c(20, 10, 5, 15), 2), matrix(c(12, 2, 1, 3, 9, 4, 0, 1, 8), 3))
cat(toJSON(list(
  icc = list(list(x = shrout, expected = icc(shrout)), list(x = two, expected = icc(two))),
  kappa = lapply(tables, function(t) list(counts = t, expected = kappa_ci(t)))
), digits = 15, pretty = FALSE), "\n")

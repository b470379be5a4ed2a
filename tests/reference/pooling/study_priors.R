# Writes study_priors.json: posteriors of the normal-normal model under priors of tau that follow
# from the standard errors, by plain numerical integration with base R.
# Run in this folder:  Rscript study_priors.R
# Made with R 4.2.2, jsonlite 1.8.4.
library(jsonlite)

sets <- list(
  five = list(y = c(0.12, 0.55, -0.2, 0.84, 0.31), v = c(0.04, 0.09, 0.02, 0.25, 0.06)),
  three = list(y = c(-1.1, -0.3, -0.6), v = c(0.5, 0.11, 0.2)),
  two = list(y = c(0.2, 0.9), v = c(0.04, 0.3)))

priors <- list(
  jeffreys = function(t, v) sqrt(sum((t / (v + t^2))^2)),
  "overall-jeffreys" = function(t, v) sqrt(sum(1 / (v + t^2)) * sum((t / (v + t^2))^2)),
  "berger-deely" = function(t, v) prod(t / (v + t^2))^(1 / length(v)),
  conventional = function(t, v) prod(t / (v + t^2)^1.5)^(1 / length(v)),
  dumouchel = function(t, v) { s <- sqrt(length(v) / sum(1 / v)); s / (s + t)^2 },
  shrinkage = function(t, v) { s2 <- length(v) / sum(1 / v); 2 * s2 * t / (s2 + t^2)^2 },
  i2 = function(t, v) {
    w <- 1 / v
    s2 <- (length(v) - 1) * sum(w) / (sum(w)^2 - sum(w^2))
    2 * s2 * t / (s2 + t^2)^2
  },
  sqrt = function(t, v) t^-0.5)

# Over log(tau), in pieces, so that nothing is missed.
over_tau <- function(f, from = -80, to = 40) {
  g <- function(u) sapply(u, function(one) f(exp(one)) * exp(one))
  ends <- unique(pmin(pmax(c(-80, -60, -40, -15, -8, -5:6, 10, 20, 40), from), to))
  sum(mapply(function(a, b) integrate(g, a, b, rel.tol = 1e-12, subdivisions = 2000)$value,
             head(ends, -1), ends[-1]))
}

cases <- list()
for (data in names(sets)) for (name in names(priors)) {
  y <- sets[[data]]$y; v <- sets[[data]]$v; k <- length(y)
  likelihood <- function(t) {
    w <- 1 / (v + t^2); m <- sum(w * y) / sum(w)
    sqrt(prod(w) / sum(w)) * exp(-sum(w * (y - m)^2) / 2)
  }
  prior <- function(t) priors[[name]](t, v)
  joint <- function(t) prior(t) * likelihood(t)
  total <- over_tau(joint)
  cdf <- function(q) over_tau(joint, to = log(q)) / total
  quantile <- function(p) exp(uniroot(function(u) cdf(exp(u)) - p, c(-12, 12), tol = 1e-12)$root)
  conditional <- function(t) { w <- 1 / (v + t^2); c(sum(w * y) / sum(w), 1 / sqrt(sum(w))) }
  above <- over_tau(function(t) joint(t) * { m <- conditional(t); pnorm(m[1] / m[2]) }) / total
  mean_mu <- if (k > 2) over_tau(function(t) joint(t) * conditional(t)[1]) / total else NA
  proper <- !name %in% c("jeffreys", "berger-deely", "sqrt")
  mass <- if (proper) over_tau(prior) else 1
  cases[[length(cases) + 1]] <- list(
    data = unbox(data), prior = unbox(name), proper = unbox(proper),
    density = sapply(c(0.05, 0.3, 1.2), prior) / mass,
    tau = sapply(c(0.025, 0.5, 0.975), quantile), mu_above = unbox(above), mu_mean = unbox(mean_mu))
}
writeLines(toJSON(list(
  about = unbox("Numerical integration in R 4.2.2, by study_priors.R; tau: quantiles 2.5, 50, 97.5 %."),
  datasets = sets, cases = cases), digits = NA, na = "null"), "study_priors.json")

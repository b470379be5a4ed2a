# Writes log_normal.json: mean and SD of log-normal data from quantiles, by the formulas of Shi,
# Tong, Wang and Genton (2020), doi:10.4310/SII.2020.v13.n4.a9, typed in once more from the paper's
# three scenarios. Base R only: metafor 3.8-1 has no conv.fivenum.
# Run in this folder:  Rscript log_normal.R
library(jsonlite)

range_only <- function(a, m, b, n) {
  w <- 4 / (4 + n^0.75)
  mu <- w * (log(a) + log(b)) / 2 + (1 - w) * log(m)
  s <- ((log(b) - log(a)) / (2 * qnorm((n - 0.375) / (n + 0.25))))^2 / (1.01 + 0.25 / log(n)^2)
  c(mean = exp(mu + s / 2) / (1 + 0.565 * s / n + 0.37 * s^2 / n),
    sd = sqrt(exp(2 * mu + 2 * s) / (1 + 2.26 * s / n + 5.92 * s^2 / n) -
                exp(2 * mu + s) / (1 + 2.26 * s / n + 1.48 * s^2 / n)))
}
quartiles_only <- function(q1, m, q3, n) {
  w <- 0.7 + 0.39 / n
  mu <- w * (log(q1) + log(q3)) / 2 + (1 - w) * log(m)
  s <- ((log(q3) - log(q1)) / (2 * qnorm((0.75 * n - 0.125) / (n + 0.25))))^2 / (1 + 1.58 / n)
  c(mean = exp(mu + s / 2) / (1 + 0.57 * s / n + 0.75 * s^2 / n),
    sd = sqrt(exp(2 * mu + 2 * s) / (1 + 2.28 * s / n + 12 * s^2 / n) -
                exp(2 * mu + s) / (1 + 2.28 * s / n + 3 * s^2 / n)))
}
both <- function(a, q1, m, q3, b, n) {
  w1 <- 2.2 / (2.2 + n^0.75); w2 <- 0.7 - 0.72 / n^0.55; w3 <- 1 / (1 + 0.07 * n^0.6)
  mu <- w1 * (log(a) + log(b)) / 2 + w2 * (log(q1) + log(q3)) / 2 + (1 - w1 - w2) * log(m)
  s <- (w3 * (log(b) - log(a)) / (2 * qnorm((n - 0.375) / (n + 0.25))) +
          (1 - w3) * (log(q3) - log(q1)) / (2 * qnorm((0.75 * n - 0.125) / (n + 0.25))))^2 /
    (1 + 0.28 / log(n)^2)
  c(mean = exp(mu + s / 2) / (1 + 0.405 * s / n + 0.315 * s^2 / n),
    sd = sqrt(exp(2 * mu + 2 * s) / (1 + 1.62 * s / n + 5.04 * s^2 / n) -
                exp(2 * mu + s) / (1 + 1.62 * s / n + 1.26 * s^2 / n)))
}
numbers <- list(c(1, 3, 5, 9, 21, 60), c(0.2, 0.9, 1.4, 4, 30, 25), c(110, 140, 170, 260, 900, 400))
cases <- lapply(numbers, function(x) list(
  low = unbox(x[1]), q1 = unbox(x[2]), median = unbox(x[3]), q3 = unbox(x[4]), high = unbox(x[5]),
  n = unbox(x[6]), range = range_only(x[1], x[3], x[5], x[6]),
  quartiles = quartiles_only(x[2], x[3], x[4], x[6]),
  both = both(x[1], x[2], x[3], x[4], x[5], x[6])))
writeLines(toJSON(list(about = unbox("Shi et al. 2020 by log_normal.R, R 4.2.2; mean, SD."),
                       cases = cases), digits = NA), "log_normal.json")

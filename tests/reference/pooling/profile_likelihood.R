# Profile likelihood limits for the mean (Hardy and Thompson 1996), by direct optimisation.
# Independent of the Python code: no package, the likelihood written out.
# Run: Rscript profile_likelihood.R < univariate.json > profile_likelihood.json   (needs jsonlite)
suppressMessages(library(jsonlite))
data <- fromJSON(file("stdin"))$datasets
loglik <- function(mu, t2, y, v) sum(dnorm(y, mu, sqrt(v + t2), log = TRUE))
best <- function(f, upper) {           # maximum over tau2 >= 0: dense grid, then Brent
  grid <- c(0, exp(seq(log(1e-9 * upper), log(upper), length.out = 4000)))
  i <- which.max(sapply(grid, f))
  low <- grid[max(1, i - 1)]; high <- grid[min(length(grid), i + 1)]
  max(f(grid[i]), optimize(f, c(low, high), maximum = TRUE, tol = 1e-14)$objective)
}
limits <- function(y, v) {
  upper <- 100 * (var(y) + max(v))
  mean_at <- function(t2) sum(y / (v + t2)) / sum(1 / (v + t2))
  top <- best(function(t2) loglik(mean_at(t2), t2, y, v), upper)
  drop <- function(mu) best(function(t2) loglik(mu, t2, y, v), upper) - top + qchisq(.95, 1) / 2
  se <- sqrt(var(y)) + sqrt(mean(v)); m <- mean_at(var(y))
  c(uniroot(drop, c(m - 20 * se, m), tol = 1e-13)$root,
    uniroot(drop, c(m, m + 20 * se), tol = 1e-13)$root,
    2 * (qchisq(.95, 1) / 2 - drop(0)))
}
out <- list(source = paste(R.version.string, "likelihood written out; see profile_likelihood.R"),
            columns = c("ci_lb", "ci_ub", "likelihood_ratio_at_0"), results = list())
for (name in c("bcg_RR", "normand1999_SMD", "raudenbush1985", "edge_k3"))
  out$results[[name]] <- limits(data[[name]]$y, data[[name]]$v)
cat(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = 1), "\n")

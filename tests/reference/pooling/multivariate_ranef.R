# Writes multivariate_ranef.json: deviations of the true effects of each study from the means, at the
# variances and correlations in multivariate.json; one data set once more without two estimates.
# Run in this folder:  Rscript multivariate_ranef.R
# Made with R 4.2.2, metafor 3.8-1, jsonlite 1.8.4.
suppressMessages({library(metafor); library(jsonlite)})
reference <- fromJSON("multivariate.json", simplifyDataFrame = FALSE)
case <- Filter(function(x) x$data == "berkey" && x$structure == "UN" && x$method == "REML", reference$cases)[[1]]
data <- reference$datasets$berkey
deviations <- function(rows) {
  d <- data.frame(y = unlist(data$y), cluster = unlist(data$cluster), outcome = unlist(data$outcome))[rows, ]
  V <- matrix(unlist(data$V), length(data$y))[rows, rows]
  fit <- function(...) rma.mv(y, V, mods = ~ 0 + outcome, random = ~ outcome | cluster, struct = "UN", data = d,
    control = list(rel.tol = 1e-10, iter.max = 1000, eval.max = 1000), ...)
  raw <- fit()
  ll <- function(x) as.numeric(logLik(fit(tau2 = x[1:2], rho = x[3])))
  best <- c(raw$tau2, raw$rho)
  for (i in 1:4) best <- best - solve(numDeriv::hessian(ll, best), numDeriv::grad(ll, best))
  x <- fit(tau2 = best[1:2], rho = best[3])
  found <- ranef(x)[[1]]
  p <- predict(x, newmods = diag(2), tau2.levels = sort(unique(d$outcome)))
  list(rows = rows - 1, name = rownames(found), value = found$intrcpt, se = found$se, low = found$pi.lb, high = found$pi.ub,
       outcomes = sort(unique(d$outcome)), estimate = p$pred, ci_low = p$ci.lb, ci_high = p$ci.ub, pi_low = p$pi.lb, pi_high = p$pi.ub)
}
writeLines(toJSON(list(deviations(1:10), deviations(setdiff(1:10, c(2, 5)))), digits = NA, auto_unbox = TRUE),
           "multivariate_ranef.json")

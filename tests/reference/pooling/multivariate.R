# Writes multivariate.json: several outcomes with a known covariance matrix of the sampling errors,
# structure HCS, tests of chosen coefficients (model-based and HTZ), profile intervals of variances
# and correlations, and aggregation by that matrix.
# Run in this folder:  Rscript multivariate.R
# Made with R 4.2.2, metafor 3.8-1, metadat 1.2-0, clubSandwich 0.5.8, numDeriv, jsonlite 1.8.4.
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
plain <- function(x) as.vector(x)
tight <- list(rel.tol = 1e-10, iter.max = 1000, eval.max = 1000)

berkey <- dat.berkey1998
V_berkey <- as.matrix(vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = berkey))
# Four times of measurement of 46 studies, many missing; correlation 0.97 per unit of time.
ishak <- reshape(as.data.frame(dat.ishak2007), direction = "long", idvar = "study", v.names = c("yi", "vi"),
                 varying = list(c(2, 4, 6, 8), c(3, 5, 7, 9)))
ishak <- ishak[order(ishak$study, ishak$time), ]
ishak <- ishak[!is.na(ishak$yi), ]
ishak$trial <- as.numeric(factor(ishak$study))
V_ishak <- as.matrix(vcalc(vi, cluster = trial, time1 = time, phi = 0.97, data = ishak))
data <- list(berkey = list(data = berkey, V = V_berkey, outcome = berkey$outcome),
             ishak = list(data = ishak, V = V_ishak, outcome = paste0("t", ishak$time)))

# The optimiser stops about 1e-8 away: Newton steps on its own likelihood follow.
polished <- function(refit, start) {
  ll <- function(x) as.numeric(logLik(refit(x)))
  for (i in 1:3) start <- start - solve(numDeriv::hessian(ll, start), numDeriv::grad(ll, start))
  start
}
several <- function(name, struct, method = "REML", hypotheses = list()) {
  d <- data[[name]]$data; d$trial <- as.numeric(factor(d$trial)); d$outcome <- data[[name]]$outcome
  V <- data[[name]]$V
  fit <- function(...) suppressWarnings(rma.mv(yi, V, mods = ~ 0 + outcome, random = ~ outcome | trial, struct = struct,
    data = d, method = method, test = "t", dfs = "contain", control = tight, sparse = FALSE, ...))
  raw <- fit()
  m <- length(raw$tau2)
  best <- polished(function(x) fit(tau2 = x[1:m], rho = if (length(x) > m) x[-(1:m)] else raw$rho),
                   c(raw$tau2, if (struct != "DIAG") raw$rho))
  x <- fit(tau2 = best[1:m], rho = if (struct == "DIAG") raw$rho else best[-(1:m)])
  list(data = unbox(name), structure = unbox(struct), method = unbox(method), outcomes = sort(unique(d$outcome)),
    estimate = plain(x$beta), se = x$se, tau2 = best[1:m], rho = unbox(if (struct == "DIAG") 0 else best[m + 1]),
    ll = unbox(as.numeric(logLik(x))), QE = unbox(x$QE), QM = unbox(x$QM), QMp = unbox(x$QMp), df = plain(raw$ddf),
    aic = unbox(AIC(raw)), bic = unbox(BIC(raw)),
    tests = lapply(hypotheses, function(L) {
      w <- anova(x, X = L)
      h <- Wald_test(x, constraints = L, vcov = "CR2", cluster = d$trial, test = "HTZ")
      list(weights = unname(L), statistic = unbox(plain(w$QM)), df = unbox(plain(w$QMdf[1])), df_denominator = unbox(plain(w$QMdf[2])),
           p = unbox(plain(w$QMp)), htz = unbox(h$Fstat), htz_df = unbox(h$df_denom), htz_p = unbox(h$p_val))
    }))
}
# metafor finds no limits of rho for UN with four outcomes ("convergence problems").
profiled <- function(name, struct, tau2, rho, method = "REML") {
  d <- data[[name]]$data; d$trial <- as.numeric(factor(d$trial)); d$outcome <- data[[name]]$outcome
  V <- data[[name]]$V
  x <- rma.mv(yi, V, mods = ~ 0 + outcome, random = ~ outcome | trial, struct = struct, data = d, method = method, control = tight)
  limits <- function(...) plain(confint(x, ..., control = list(tol = 1e-10))$random[1, 2:3])
  list(data = unbox(name), structure = unbox(struct), method = unbox(method), outcomes = sort(unique(d$outcome)),
       tau2 = lapply(tau2, function(i) c(i, limits(tau2 = i))), rho = if (rho) limits(rho = 1))
}
pair <- list(diag(2), rbind(c(1, -1)))
waves <- list(rbind(c(1, -1, 0, 0), c(0, 1, -1, 0)), rbind(c(-1, 0, 0, 1)), diag(4)[2:3, ])
agg <- function(name, ...) {
  d <- escalc(measure = "GEN", yi = yi, vi = vi, data = data[[name]]$data)
  r <- aggregate(d, cluster = as.numeric(factor(data[[name]]$data$trial)), V = data[[name]]$V, ...)
  list(data = unbox(name), y = plain(r$yi), v = plain(r$vi))
}
out <- list(about = unbox("metafor 3.8-1, clubSandwich 0.5.8 in R 4.2.2, by multivariate.R"),
  datasets = lapply(data, function(d) list(y = plain(d$data$yi), v = plain(diag(d$V)), cluster = d$data$trial,
                                           outcome = d$outcome, V = unname(d$V))),
  cases = list(several("berkey", "HCS", "REML", pair), several("berkey", "HCS", "ML", pair), several("berkey", "UN", "REML", pair),
               several("ishak", "HCS", "REML", waves), several("ishak", "CS", "REML", waves), several("ishak", "DIAG", "ML", waves)),
  intervals = list(profiled("berkey", "UN", 1:2, TRUE), profiled("berkey", "HCS", 1:2, TRUE, "ML"), profiled("berkey", "CS", 1, TRUE),
                   profiled("berkey", "DIAG", 1:2, FALSE), profiled("ishak", "HCS", c(1, 4), TRUE), profiled("ishak", "UN", 4, FALSE)),
  aggregate = list(c(agg("berkey"), list(weighted = unbox(TRUE))), c(agg("berkey", weighted = FALSE), list(weighted = unbox(FALSE))),
                   c(agg("ishak"), list(weighted = unbox(TRUE)))))
write(toJSON(out, digits = NA, pretty = FALSE), "multivariate.json")

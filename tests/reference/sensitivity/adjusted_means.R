# Writes adjusted_means.json: limit meta-analysis, PET and PEESE, WAAP and p-curve, written out from
# the papers with base R (no package does them here); data from metadat. No published number of
# these methods is used: none could be looked up. Run in this folder: Rscript adjusted_means.R
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
tight <- list(threshold = 1e-12, maxiter = 5000)
sets <- fromJSON("datasets.json")$datasets
data <- list(
  hackshaw1998 = list(y = dat.hackshaw1998$yi, v = dat.hackshaw1998$vi),
  bcg_RR = sets$bcg_RR[c("y", "v")],
  egger2001_OR = with(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.egger2001),
                      list(y = as.vector(yi), v = as.vector(vi))),
  konstantopoulos2011 = sets$konstantopoulos2011_2lev[c("y", "v")]
)

# Ruecker and colleagues 2011: y = beta + s (alpha + error), s^2 = v + tau2, by least squares of
# the scaled residuals; found by optim(), not by a regression formula.
limit <- function(y, v, method) {
  tau2 <- rma(y, v, method = method, control = if (method == "REML") tight else list())$tau2
  s <- sqrt(v + tau2)
  loss <- function(p) sum(((y - p[1]) / s - p[2])^2)
  p <- c(mean(y), 0)
  for (i in 1:30) p <- optim(p, loss, method = c("Nelder-Mead", "BFGS")[1 + i %% 2],
                             control = list(reltol = 1e-16, maxit = 5000))$par
  beta <- p[1]; alpha <- p[2]; tau <- sqrt(tau2); x <- cbind(1, 1 / s)
  q <- sum((y - weighted.mean(y, 1 / v))^2 / v)
  rest <- sum(lm(y ~ sqrt(v), weights = 1 / v)$residuals^2 / v)
  estimate <- beta + tau * alpha
  # Scaled residuals have variance 1: covariance (X'X)^-1 of (alpha, beta).
  se <- sqrt(drop(c(tau, 1) %*% solve(crossprod(x)) %*% c(tau, 1)))
  list(tau2 = tau2, bias = alpha, slope = beta, estimate = estimate, se = se,
       ci = estimate + c(-1, 1) * qnorm(.975) * se, q = q, q_small = q - rest, q_residual = rest,
       q_small_p = pchisq(q - rest, 1, lower.tail = FALSE),
       q_residual_p = pchisq(rest, length(y) - 2, lower.tail = FALSE),
       limit_effects = beta + sqrt(tau2 / (v + tau2)) * (y - beta))
}

line <- function(y, v, x) {
  fit <- summary(lm(y ~ x, weights = 1 / v)); row <- fit$coefficients[1, ]
  list(estimate = row[[1]], se = row[[2]], statistic = row[[3]], df = fit$df[2], p_value = row[[4]],
       slope = fit$coefficients[2, 1], slope_p = fit$coefficients[2, 4])
}

# Unrestricted least squares of the studies with a standard error below |mean| / 2.8.
waap <- function(y, v) {
  wls <- function(use) {
    fit <- summary(lm(y[use] ~ 1, weights = 1 / v[use]))$coefficients[1, ]
    list(k = sum(use), estimate = fit[[1]], se = fit[[2]], p_value = fit[[4]])
  }
  all <- wls(rep(TRUE, length(y))); powered <- sqrt(v) < abs(all$estimate) / 2.8
  c(wls(if (sum(powered) < 2) rep(TRUE, length(y)) else powered), powered = sum(powered))
}

# Simonsohn and colleagues 2014, 2015, for z statistics. Noncentral chi-squared instead of two
# normal tails, so that nothing is shared with the code under test.
pcurve <- function(y, v) {
  q <- y^2 / v; p <- pchisq(q, 1, lower.tail = FALSE)
  q <- q[p < .05]; p <- p[p < .05]; half <- p < .025
  ncp <- function(power) uniroot(function(l) pchisq(qchisq(.95, 1), 1, l, lower.tail = FALSE) - power,
                                 c(0, 100), tol = 1e-13)$root
  # Probabilities are kept away from 0 and 1, as in the authors' program.
  stouffer <- function(pp) list(k = length(pp), z = sum(qnorm(pmin(pmax(pp, 2.2e-16), 1 - 2.2e-16))) /
                                  sqrt(length(pp)))
  smaller <- function(q, power, alpha) {
    l <- ncp(power); share <- pchisq(qchisq(1 - alpha, 1), 1, l, lower.tail = FALSE)
    1 - pchisq(q, 1, l, lower.tail = FALSE) / share
  }
  share <- pchisq(qchisq(.975, 1), 1, ncp(1 / 3), lower.tail = FALSE) * 3
  power <- function(at) {
    f <- function(w) pnorm(stouffer(smaller(q, w, .05))$z) - at
    if (f(.0501) <= 0) .05 else if (f(.99) >= 0) .99 else uniroot(f, c(.0501, .99), tol = 1e-12)$root
  }
  list(below_05 = length(p), below_025 = sum(half),
       right_skew = stouffer(p / .05), right_skew_half = stouffer(p[half] / .025),
       right_skew_binomial = 1 - pbinom(sum(half) - 1, length(p), .5),
       flatness = stouffer(smaller(q, 1 / 3, .05)),
       flatness_half = stouffer(smaller(q[half], 1 / 3, .025)),
       flatness_binomial = pbinom(sum(half), length(p), share),
       power = c(power(.5), power(.95), power(.05)))
}

results <- lapply(data, function(d) {
  y <- d$y; v <- d$v
  list(y = y, v = v, limit_DL = limit(y, v, "DL"), limit_REML = limit(y, v, "REML"),
       pet = line(y, v, sqrt(v)), peese = line(y, v, v), waap = waap(y, v), p_curve = pcurve(y, v))
})
source <- paste0("R ", getRversion(), ", base R after the papers; data: metadat ",
                 packageVersion("metadat"), " and datasets.json; tau2: metafor ", packageVersion("metafor"))
write(toJSON(list(source = source, results = results), auto_unbox = TRUE, digits = NA, pretty = 1),
      "adjusted_means.json")

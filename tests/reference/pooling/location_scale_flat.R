# Writes location_scale_flat.json: location-scale models in which tau2 of some studies goes to 0.
# metafor stops somewhere on the way and prints a standard error in the thousands for what is not
# identified; the other coefficients are those of the studies that differ, pooled by themselves.
# Run in this folder:  Rscript location_scale_flat.R
# Made with R 4.2.2, metafor 3.8-1, jsonlite 1.8.4.
suppressMessages({library(metafor); library(jsonlite)})

y <- c(0.9, -0.6, 1.4, 0.1, -1.1, 0.5, 1.8, -0.3, 0.21, 0.19, 0.2, 0.22, 0.18, 0.2)
v <- c(.05, .08, .1, .06, .09, .07, .12, .05, .04, .06, .05, .08, .07, .05)
g <- rep(c("a", "b"), c(8, 6))
x <- c(1, 2, 3, 4, 5, 6, 7, 8, rep(0, 6))
tight <- list(rel.tol = 1e-10)
plain <- function(m) list(alpha = as.vector(m$alpha), se_alpha = m$se.alpha, beta = as.vector(m$beta),
  se = m$se, ll = unbox(as.numeric(logLik(m))))
fit <- function(mods, scale) plain(rma(y, v, mods = mods, scale = scale, control = tight))
out <- list(about = unbox("metafor 3.8-1 in R 4.2.2, by location_scale_flat.R"), y = y, v = v, g = g, x = x,
  one_mean = fit(~ 1, ~ g), two_means = fit(~ g, ~ g),
  first_alone = plain(rma(y[1:8], v[1:8], scale = ~ 1, control = tight)),
  first_alone_slope = plain(rma(y[1:8], v[1:8], scale = ~ x[1:8], control = tight)))
writeLines(toJSON(out, digits = NA, na = "null", pretty = FALSE), "location_scale_flat.json")

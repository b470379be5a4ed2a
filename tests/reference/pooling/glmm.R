# Mixed models for counts and rates: writes glmm.json beside this file.
# Run with: Rscript tests/reference/pooling/glmm.R
# R 4.2.2, metafor 3.8-1, metadat 1.2-0, lme4 1.1-31, jsonlite.
#
# Three witnesses per data set:
#  metafor  rma.glmm() as it comes, for estimates. Its log-likelihood is not compared: for UM.FS,
#           CM.AL and single groups 3.8-1 prints the one given the random effects, because lme4's
#           deviance() has become the conditional one.
#  lme4     glmer() with 25 quadrature nodes and a tight optimiser, log-likelihood relative to the
#           saturated model (lme4's convention with more than one node)
#  exact    the conditional model by integrate() and nlminb(), written out below
suppressMessages({library(metafor); library(lme4)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
tight <- glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e6, rhoend = 1e-10))
sparse <- data.frame(  # made up: rare events, single zeros, unequal arms
  ai = c(0, 2, 1, 3, 0, 1, 4, 2), n1 = c(20, 25, 30, 22, 40, 15, 33, 60),
  ci = c(3, 4, 0, 6, 2, 5, 3, 9), n2 = c(20, 24, 28, 21, 20, 16, 35, 30))
bcg <- with(dat.bcg, data.frame(ai = tpos, n1 = tpos + tneg, ci = cpos, n2 = cpos + cneg))
catheters <- with(dat.nielweise2007, data.frame(ai, n1 = n1i, ci, n2 = n2i))
rates <- with(dat.nielweise2008, data.frame(ai = x1i, n1 = t1i, ci = x2i, n2 = t2i))

long <- function(d) {
  k <- nrow(d)
  data.frame(x = c(rbind(d$ai, d$ci)), n = c(rbind(d$n1, d$n2)), study = factor(rep(1:k, each = 2)),
             g = rep(c(1, 0), k), h = rep(c(.5, -.5), k))
}
kept <- function(m, name) list(estimate = unname(fixef(m)[name]),
  tau2 = as.numeric(VarCorr(m)[[length(VarCorr(m))]]), relative_ll = as.numeric(logLik(m)))
quietly <- function(x) suppressMessages(suppressWarnings(x))
from_lme4 <- function(d, counted) {
  # Studies without events carry no information, and their intercepts are infinite.
  d <- d[d$ai + d$ci > 0, ]
  l <- long(d); d$study <- factor(seq_len(nrow(d))); d$off <- log(d$n1 / d$n2)
  fit <- function(...) quietly(glmer(..., nAGQ = 25, control = tight))
  two <- if (counted)
    fit(cbind(x, n - x) ~ -1 + study + g + (h - 1 | study), data = l, family = binomial) else
    fit(x ~ -1 + study + g + offset(log(n)) + (h - 1 | study), data = l, family = poisson)
  one <- fit(cbind(ai, ci) ~ 1 + offset(off) + (1 | study), data = d, family = binomial)
  list(UM.FS = kept(two, "g"), conditional_binomial = kept(one, "(Intercept)"))
}
single_lme4 <- function(x, n, counted) {
  d <- data.frame(x, n, study = factor(seq_along(x)))
  fit <- function(...) quietly(glmer(..., nAGQ = 25, control = tight))
  kept(if (counted) fit(cbind(x, n - x) ~ 1 + (1 | study), data = d, family = binomial)
       else fit(x ~ 1 + offset(log(n)) + (1 | study), data = d, family = poisson), "(Intercept)")
}
exact <- function(d) {  # conditional model, non-central hypergeometric
  d <- d[d$ai + d$ci > 0, ]
  one <- function(a, n1, c, n2, theta) {
    t <- a + c; s <- max(0, t - n2):min(n1, t)
    w <- lchoose(n1, s) + lchoose(n2, t - s) + s * theta
    lchoose(n1, a) + lchoose(n2, c) + a * theta - max(w) - log(sum(exp(w - max(w))))
  }
  negative <- function(p) {
    sd <- exp(p[2])
    -sum(sapply(seq_len(nrow(d)), function(i) {
      f <- function(z) sapply(z, function(u) with(d[i, ], one(ai, n1, ci, n2, p[1] + sd * u)))
      peak <- optimize(function(z) f(z) - z^2 / 2, c(-12, 12), maximum = TRUE, tol = 1e-8)
      g <- function(z) exp(f(z) - z^2 / 2 - peak$objective)
      m <- peak$maximum; cut <- sort(unique(c(-12, m - 3, m - .5, m, m + .5, m + 3, 12)))
      total <- sum(mapply(function(a, b) integrate(g, a, b, rel.tol = 1e-11)$value,
                          cut[-length(cut)], cut[-1]))
      log(total) + peak$objective - log(2 * pi) / 2
    }))
  }
  m <- nlminb(c(-.5, -.5), negative, control = list(rel.tol = 1e-13, x.tol = 1e-9))
  list(estimate = m$par[1], tau2 = exp(2 * m$par[2]), ll = -m$objective)
}
conditional <- function(d) {  # R's own conditional odds ratio of each table
  d <- d[d$ai > 0 & d$ci > 0, ]
  log(mapply(function(a, n1, c, n2)
    unname(fisher.test(matrix(c(a, n1 - a, c, n2 - c), 2, byrow = TRUE))$estimate),
    d$ai, d$n1, d$ci, d$n2))
}
kept_metafor <- function(r) list(estimate = as.numeric(r$beta), se = r$se, tau2 = r$tau2,
  sigma2 = if (length(r$sigma2) && !is.na(r$sigma2[1])) r$sigma2[1] else NULL,
  I2 = r$I2, H2 = r$H2, QE_LRT = r$QE.LRT, QE_Wld = if (is.na(r$QE.Wld)) NULL else r$QE.Wld)
two <- function(d, measure, models) sapply(models, function(m) kept_metafor(quietly(
  if (measure == "OR") rma.glmm(measure = "OR", ai = d$ai, n1i = d$n1, ci = d$ci, n2i = d$n2, model = m)
  else rma.glmm(measure = "IRR", x1i = d$ai, t1i = d$n1, x2i = d$ci, t2i = d$n2, model = m))),
  simplify = FALSE)
or <- c("UM.FS", "UM.RS", "CM.AL")  # CM.EL needs the package BiasedUrn; see exact()
prop <- list(x = c(3, 0, 12, 5, 1, 8, 22, 2), n = c(30, 12, 40, 41, 25, 33, 60, 50))
out <- list(
  source = "R 4.2.2, metafor 3.8-1, lme4 1.1-31; glmm.R",
  bcg = list(data = bcg, metafor = two(bcg, "OR", or), lme4 = from_lme4(bcg, TRUE),
             exact = exact(bcg), conditional = conditional(bcg)),
  sparse = list(data = sparse, metafor = two(sparse, "OR", or), lme4 = from_lme4(sparse, TRUE),
                exact = exact(sparse), conditional = conditional(sparse)),
  catheters = list(data = catheters, metafor = two(catheters, "OR", or),
                   lme4 = from_lme4(catheters, TRUE), exact = exact(catheters),
                   conditional = conditional(catheters)),
  rates = list(data = rates, metafor = two(rates, "IRR", c("UM.FS", "UM.RS", "CM.EL")),
               lme4 = from_lme4(rates, FALSE)),
  proportions = list(data = prop, metafor = kept_metafor(rma.glmm(measure = "PLO", xi = prop$x, ni = prop$n)),
                     lme4 = single_lme4(prop$x, prop$n, TRUE)),
  single_rates = list(data = list(x = rates$ai, n = rates$n1),
                      metafor = kept_metafor(rma.glmm(measure = "IRLN", xi = rates$ai, ti = rates$n1)),
                      lme4 = single_lme4(rates$ai, rates$n1, FALSE)))
write(jsonlite::toJSON(out, auto_unbox = TRUE, digits = 15, dataframe = "columns"),
      file.path(here, "glmm.json"))

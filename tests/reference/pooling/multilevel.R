# Writes multilevel.json: three-level and multivariate models, robust variances, aggregation.
# Run in this folder:  Rscript multilevel.R
# Made with R 4.2.2, metafor 3.8-1, metadat 1.2-0, clubSandwich 0.5.8, numDeriv, jsonlite 1.8.4.
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
plain <- function(x) as.vector(x)
tight <- list(rel.tol = 1e-10)

konst <- dat.konstantopoulos2011
konst$half <- (konst$school + 1) %/% 2
konst$time <- konst$school
konst$obs <- konst$school %% 2
assink <- dat.assink2016
assink$deltype <- as.character(assink$deltype)
berkey <- dat.berkey1998
V_berkey <- vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = berkey)
out <- list(about = unbox("metafor 3.8-1, clubSandwich 0.5.8 in R 4.2.2, by multilevel.R"), datasets = list(
  konst = list(y = konst$yi, v = konst$vi, cluster = konst$district, within = konst$school, half = konst$half,
               year = konst$year, time = konst$time, obs = konst$obs),
  assink = list(y = plain(assink$yi), v = plain(assink$vi), cluster = assink$study, within = assink$esid, year = assink$year,
                deltype = assink$deltype),
  berkey = list(y = berkey$yi, v = berkey$vi, cluster = berkey$trial, outcome = berkey$outcome, year = berkey$year,
                V = unname(as.matrix(V_berkey)))))

# rma.mv's optimiser stops about 1e-8 away: Newton steps on its own likelihood follow.
polished <- function(refit, sigma2) {
  ll <- function(s) as.numeric(logLik(refit(s)))
  free <- which(sigma2 > 1e-6)
  for (i in 1:4) {
    f <- function(t) { s <- sigma2; s[free] <- t; ll(s) }
    sigma2[free] <- sigma2[free] - solve(numDeriv::hessian(f, sigma2[free]), numDeriv::grad(f, sigma2[free]))
  }
  sigma2[setdiff(seq_along(sigma2), free)] <- 0
  list(fit = refit(sigma2), sigma2 = sigma2)
}
describe <- function(fit) list(estimate = plain(fit$beta), se = fit$se, vcov = unname(vcov(fit)), QE = unbox(fit$QE), ll = unbox(as.numeric(logLik(fit))))
three <- function(data, name, V, random, mods = ~ 1, method = "REML", dfs = "contain", limits = FALSE, robust = FALSE, htz = NULL) {
  raw <- rma.mv(yi, V, mods = mods, random = random, data = data, method = method, test = "t", dfs = dfs, control = tight, sparse = FALSE)
  refit <- function(s) suppressWarnings(rma.mv(yi, V, mods = mods, random = random, data = data, method = method, test = "t", dfs = dfs, sigma2 = s, sparse = FALSE))
  p <- polished(refit, raw$sigma2)
  fit <- p$fit
  res <- c(list(data = unbox(name), random = unbox(deparse(random)), mods = unbox(deparse(mods)), method = unbox(method), sigma2 = p$sigma2),
           describe(fit), list(ddf = plain(raw$ddf), QM_df = plain(raw$QMdf), weights = if (ncol(fit$X) == 1) unname(weights(fit, type = "rowsum"))))
  if (limits) { ci <- suppressWarnings(confint(raw, control = list(tol = 1e-10))); res$limits <- t(sapply(1:2, function(i) plain(ci[[i]]$random[1, 2:3]))) }
  if (robust) {
    # CR3 does not exist where one cluster alone tells of a coefficient.
    kinds <- c("CR0", "CR1", "CR1S", "CR2", if (is.null(htz)) "CR3")
    res$robust <- lapply(kinds, function(type) {
      ct <- coef_test(fit, vcov = type, cluster = data$cluster, test = "Satterthwaite")
      list(kind = unbox(type), se = ct$SE, df = ct$df, p = ct$p_Satt) })
    if (!is.null(htz)) res$htz <- lapply(c(if (length(htz) < 3) "CR0", "CR2"), function(type) {
      w <- Wald_test(fit, constraints = constrain_zero(htz), vcov = type, cluster = data$cluster, test = "HTZ")
      list(kind = unbox(type), which = htz, F = unbox(w$Fstat), df_denom = unbox(w$df_denom), p = unbox(w$p_val)) })
  }
  res
}
konst$cluster <- konst$district; assink$cluster <- assink$study
che <- function(data, rho) impute_covariance_matrix(data$vi, cluster = data$cluster, r = rho, return_list = FALSE)
nested <- ~ 1 | cluster/school; nested_a <- ~ 1 | cluster/esid
out$three_level <- list(
  three(konst, "konst", konst$vi, nested, limits = TRUE, robust = TRUE),
  three(konst, "konst", konst$vi, nested, mods = ~ I(year - 1990), robust = TRUE),
  three(konst, "konst", konst$vi, ~ 1 | cluster/half),
  three(konst, "konst", konst$vi, ~ 1 | cluster/half, method = "ML"),
  three(assink, "assink", assink$vi, nested_a, robust = TRUE),
  c(three(assink, "assink", che(assink, 0.6), nested_a, robust = TRUE), list(rho = unbox(0.6))),
  c(three(assink, "assink", che(assink, 0.6), nested_a, mods = ~ deltype + year, robust = TRUE, htz = 2:3), list(rho = unbox(0.6))),
  c(three(assink, "assink", che(assink, 0.8), nested_a, mods = ~ 0 + deltype, method = "ML", robust = TRUE, htz = 1:3), list(rho = unbox(0.8))),
  c(three(konst, "konst", che(konst, 0.4), ~ 1 | cluster/half), list(rho = unbox(0.4))))

# Meta-regression with clusters: clubSandwich on rma.uni.
uni <- rma(yi, vi, mods = ~ deltype + year, data = assink, control = list(threshold = 1e-12))
out$uni <- list(mods = unbox("~deltype + year"), robust = lapply(c("CR0", "CR1", "CR2"), function(type) {
  ct <- coef_test(uni, vcov = type, cluster = assink$cluster); list(kind = unbox(type), se = ct$SE, df = ct$df, p = ct$p_Satt) }),
  htz = lapply(c("CR0", "CR1", "CR2"), function(type) {
  w <- Wald_test(uni, constraints = constrain_zero(2:4), vcov = type, cluster = assink$cluster, test = "HTZ")
  list(kind = unbox(type), F = unbox(w$Fstat), df_denom = unbox(w$df_denom), p = unbox(w$p_val)) }))

several <- function(struct, mods, method) {
  fit <- rma.mv(yi, V_berkey, mods = mods, random = ~ outcome | trial, struct = struct, data = berkey, method = method, test = "t", control = tight)
  c(list(structure = unbox(struct), mods = unbox(deparse(mods)), method = unbox(method)), describe(fit),
    list(tau2 = fit$tau2, rho = fit$rho, QM = unbox(fit$QM), QMp = unbox(fit$QMp), AIC = unbox(AIC(fit)), BIC = unbox(BIC(fit))))
}
out$multivariate <- list(
  several("UN", ~ 0 + outcome, "REML"), several("UN", ~ 0 + outcome, "ML"), several("CS", ~ 0 + outcome, "REML"),
  several("DIAG", ~ 0 + outcome, "REML"), several("UN", ~ 0 + outcome + outcome:I(year - 1983), "REML"))

agg <- function(...) {
  x <- escalc(measure = "GEN", yi = yi, vi = vi, data = konst)
  r <- do.call(aggregate, list(x, cluster = konst$district, ...))
  list(y = plain(r$yi), v = plain(r$vi))
}
out$aggregate <- list(
  list(structure = unbox("ID"), result = agg(struct = "ID")),
  list(structure = unbox("CS"), rho = unbox(0.5), result = agg(struct = "CS", rho = 0.5)),
  list(structure = unbox("CS"), rho = unbox(0.5), weighted = unbox(FALSE), result = agg(struct = "CS", rho = 0.5, weighted = FALSE)),
  list(structure = unbox("CAR"), phi = unbox(0.7), result = agg(struct = "CAR", phi = 0.7, time = konst$time)),
  list(structure = unbox("CS+CAR"), rho = unbox(0.3), phi = unbox(0.7), result = agg(struct = "CS+CAR", rho = 0.3, phi = 0.7, time = konst$time)),
  list(structure = unbox("CS*CAR"), rho = unbox(0.3), phi = unbox(0.7), result = agg(struct = "CS*CAR", rho = 0.3, phi = 0.7, time = konst$time, obs = konst$obs)))
writeLines(toJSON(out, digits = NA, na = "null", pretty = FALSE), "multilevel.json")

# Writes regression_more.json: what regression.json leaves out - variance inflation, contrasts,
# splines, likelihood ratio tests, adjusted p values, location-scale models.
# Run in this folder:  Rscript regression_more.R
# Made with R 4.2.2, metafor 3.8-1, metadat 1.2-0, numDeriv 2016.8-1.1, jsonlite 1.8.4.
suppressMessages({library(metafor); library(jsonlite); library(splines)})

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
raud <- dat.raudenbush1985
konst <- dat.konstantopoulos2011
bang <- subset(dat.bangertdrowns2004, !is.na(meta))
tight <- list(threshold = 1e-12, tol = 1e-13, maxiter = 5000)
plain <- function(x) as.vector(x)
out <- list(about = unbox("metafor 3.8-1 in R 4.2.2, by regression_more.R"), datasets = list(
  bcg = list(y = plain(bcg$yi), v = plain(bcg$vi), ablat = bcg$ablat, year = bcg$year, alloc = bcg$alloc),
  raud = list(y = plain(raud$yi), v = raud$vi, weeks = raud$weeks),
  konst = list(y = plain(konst$yi), v = plain(konst$vi), year = konst$year),
  bang = list(y = plain(bang$yi), v = plain(bang$vi), ni = bang$ni, meta = bang$meta)))

full <- rma(yi, vi, mods = ~ ablat + year + factor(alloc), data = bcg, test = "knha", control = tight)
v1 <- vif(full)$vif; v2 <- vif(full, btt = list(2, 3, 4:5))$vif
out$vif <- list(columns = sapply(v1, function(a) a$vif), terms = sapply(v2, function(a) a$vif))

L <- rbind(c(0, 0, 0, 1, -1), c(1, 33, 1970, 0, 1))
a <- anova(full, X = L, rhs = c(0, 0.2)); b <- anova(full, btt = 4:5)
out$contrasts <- list(matrix = L, rhs = c(0, 0.2), estimate = plain(a$Xb), se = plain(a$se), stat = plain(a$zval),
  p = plain(a$pval), F = unbox(a$QM), Fp = unbox(a$QMp), bttF = unbox(b$QM), bttp = unbox(b$QMp))

curve <- function(mods) {
  r <- rma(yi, vi, mods = mods, data = bcg, control = tight)
  list(formula = unbox(deparse(mods)), beta = plain(r$beta), se = r$se, tau2 = unbox(r$tau2), QM = unbox(r$QM))
}
out$curves <- list(curve(~ bs(ablat, df = 4)), curve(~ poly(ablat, 2)), curve(~ bs(ablat, knots = c(25, 40), degree = 2)))

p <- c(0.01, 0.02, 0.03, 0.04, 0.005, 0.9)
out$adjust <- c(list(p = p), sapply(c("holm", "bonferroni", "hochberg", "BH", "BY"), function(m) p.adjust(p, m), simplify = FALSE))

# Location-scale: metafor's fit, then Newton steps on an independent dense likelihood, because
# metafor's optimiser stops about 1e-6 away.
polish <- function(y, v, X0, Z, alpha, reml) {
  X <- qr.Q(qr(cbind(1, scale(X0[, -1], scale = FALSE))))
  ll <- function(a) {
    W <- diag(1 / (v + exp(drop(Z %*% a)))); XWX <- t(X) %*% W %*% X
    e <- y - X %*% solve(XWX, t(X) %*% W %*% y)
    k <- length(y); p <- ncol(X)
    l <- -0.5 * k * log(2 * pi) + 0.5 * sum(log(diag(W))) - 0.5 * drop(t(e) %*% W %*% e)
    if (reml) l <- l + 0.5 * p * log(2 * pi) - 0.5 * determinant(XWX)$modulus
    as.numeric(l)
  }
  for (i in 1:20) alpha <- alpha - solve(numDeriv::hessian(ll, alpha), numDeriv::grad(ll, alpha))
  W <- diag(1 / (v + exp(drop(Z %*% alpha)))); C <- solve(t(X0) %*% W %*% X0, tol = 1e-30)
  list(alpha = alpha, se_alpha = sqrt(diag(solve(-numDeriv::hessian(ll, alpha)))), ll = unbox(ll(alpha)),
       beta = drop(C %*% t(X0) %*% W %*% y), se_beta = sqrt(diag(C)))
}
scale_fit <- function(data, name, mods, scale, reml) {
  fit <- rma(yi, vi, mods = mods, scale = scale, data = data, method = if (reml) "REML" else "ML")
  X <- model.matrix(mods, data); Z <- model.matrix(scale, data); m <- colMeans(Z); m[1] <- 0
  # Centred predictors: Newton with numerical derivatives needs them.
  Zc <- sweep(Z, 2, m)
  a <- fit$alpha; a[1] <- a[1] + sum(m * a)
  res <- polish(plain(data$yi), plain(data$vi), X, Zc, drop(a), reml)
  c(list(data = unbox(name), mods = unbox(deparse(mods)), scale = unbox(deparse(scale)), reml = unbox(reml),
         metafor_ll = unbox(as.numeric(logLik(fit))), metafor_alpha = plain(fit$alpha), metafor_se_alpha = fit$se.alpha), res)
}
out$location_scale <- list(
  scale_fit(bcg, "bcg", ~ 1, ~ ablat, TRUE), scale_fit(bcg, "bcg", ~ ablat, ~ ablat, TRUE),
  scale_fit(bcg, "bcg", ~ ablat, ~ year, FALSE), scale_fit(bcg, "bcg", ~ 1, ~ factor(alloc), TRUE),
  scale_fit(konst, "konst", ~ year, ~ year, TRUE), scale_fit(bang, "bang", ~ meta + ni, ~ ni + meta, TRUE),
  scale_fit(raud, "raud", ~ weeks, ~ weeks, TRUE))
writeLines(toJSON(out, digits = NA, na = "null", pretty = FALSE), "regression_more.json")

# Rscript structures.R, in this folder, after harvest.R: writes bias.json and structures.json.
source_lines <- readLines("harvest.R"); eval(parse(text = source_lines[1:grep("^# ---- pooled means", source_lines)]))

# ---- small studies, influence ----
or <- function(d) {e <- try0(escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d, drop00 = TRUE)); d <- data.frame(yi = as.numeric(e$yi), vi = e$vi, ni = d$n1i + d$n2i); d[complete.cases(d), ]}
set.seed(2); v <- exp(rnorm(6, -2, 1))
D <- list(egger = or(dat.egger2001), lee = or(dat.lee2004), raudenbush = with(dat.raudenbush1985, data.frame(yi, vi, ni = n1i + n2i)),
  molloy = local({e <- escalc("ZCOR", ri = ri, ni = ni, data = dat.molloy2014); data.frame(yi = as.numeric(e$yi), vi = e$vi, ni = e$ni)}),
  random6 = data.frame(yi = .2 + .8 * sqrt(v) + rnorm(6, 0, sqrt(v + .02)), vi = v, ni = round(4 / v) + 4))
cases <- list()
for (n in names(D)) {
  d <- D[[n]]; o <- list(data = n); r <- rma(yi, vi, data = d, control = tight)
  for (p in list(c("se", "sei"), c("v", "vi"), c("n", "ni"), c("1/n", "ninv"), c("sqrt(n)", "sqrtni"), c("1/sqrt(n)", "sqrtninv"))) {
    g <- regtest(d$yi, d$vi, ni = d$ni, model = "lm", predictor = p[2]); o$egger[[p[1]]] <- c(g$zval, g$pval)
    x <- switch(p[2], sei = sqrt(d$vi), vi = d$vi, ni = d$ni, ninv = 1 / d$ni, sqrtni = sqrt(d$ni), sqrtninv = 1 / sqrt(d$ni))
    m <- rma(yi, vi, mods = ~ x, data = d, control = tight); o$additive[[p[1]]] <- c(m$zval[2], m$pval[2])
  }
  g <- try0(ranktest(d$yi, d$vi)); o$begg <- c(unname(g$tau), g$pval)
  for (type in c("Rosenthal", "Orwin", "Rosenberg")) o[[tolower(type)]] <- fsn(d$yi, d$vi, type = type)$fsnum
  g <- try0(tes(d$yi, d$vi)); o$excess <- c(g$O, g$E, g$theta)
  for (e in c("L0", "R0", "Q0")) for (side in c("left", "right")) {g <- try0(trimfill(rma(yi, vi, data = d, method = "DL"), estimator = e, side = side))
    if (!is.null(g)) o$trimfill[[paste(e, side)]] <- c(g$k0, c(g$beta), g$se, g$tau2)}
  g <- try0(leave1out(r)); o$leave1out <- list(estimate = g$estimate, se = g$se, tau2 = g$tau2, q = g$Q)
  g <- try0(influence(r)); g <- c(unclass(g$inf), list(dfbetas = g$dfbs[[1]]))
  o$influence <- list(rstudent = g$rstudent, dffits = g$dffits, cooks_distance = g$cook.d, cov_ratio = g$cov.r, tau2_deleted = g$tau2.del, q_deleted = g$QE.del, hat = g$hat, dfbetas = g$dfbetas)
  if (nrow(d) <= 10) o$permutation <- try0(permutest(r, exact = TRUE, progbar = FALSE))$pval
  cases[[length(cases) + 1]] <- o
}
keep("bias", D, cases)

# ---- several outcomes, networks, variance that depends on moderators ----
b <- dat.berkey1998; cases <- list()
V <- bldiag(lapply(split(b[, c("v1i", "v2i")], b$trial), as.matrix))
for (s in c("UN", "CS", "DIAG")) for (m in c("REML", "ML")) {
  r <- rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = s, data = b, method = m, control = fine)
  cases[[length(cases) + 1]] <- list(kind = "multivariate", structure = s, method = m, names = sub("outcome", "", rownames(r$beta)), beta = c(r$beta), se = r$se, ll = as.numeric(logLik(r)))
}
w <- to.wide(dat.senn2013, study = "study", grp = "treatment", ref = "placebo", grpvars = c(2, 5, 6))
w <- contrmat(escalc("MD", m1i = mi.1, sd1i = sdi.1, n1i = ni.1, m2i = mi.2, sd2i = sdi.2, n2i = ni.2, data = w), grp1 = "treatment.1", grp2 = "treatment.2")
w$row <- seq_len(nrow(w)); other <- setdiff(unique(dat.senn2013$treatment), "placebo")
V <- bldiag(lapply(split(w, w$study), function(x) {v <- matrix(x$sdi.2[1]^2 / x$ni.2[1], nrow(x), nrow(x)); diag(v) <- x$vi; v}))
for (m in c("EE", "REML", "ML")) {
  r <- if (m == "EE") rma.mv(yi, V, mods = as.matrix(w[, other]), intercept = FALSE, data = w) else
    rma.mv(yi, V, mods = as.matrix(w[, other]), intercept = FALSE, random = ~ row | study, rho = .5, data = w, method = m, control = fine)
  cases[[length(cases) + 1]] <- list(kind = "network", method = m, names = rownames(r$beta), beta = c(r$beta), se = r$se, tau2 = r$tau2[1], QE = r$QE)
}
l <- dat.bangertdrowns2004; l <- data.frame(yi = l$yi, vi = l$vi, x = l$wic, z = l$ni / 100); l <- l[complete.cases(l), ]
for (m in c("ML", "REML")) {r <- rma(yi, vi, mods = ~ x, scale = ~ z, data = l, method = m, control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15))
  cases[[length(cases) + 1]] <- list(kind = "location-scale", method = m, beta = c(r$beta), se = r$se, alpha = c(r$alpha), se_alpha = r$se.alpha, ll = as.numeric(logLik(r)))}
senn <- dat.senn2013[, c("study", "treatment", "mi", "sdi", "ni")]
keep("structures", list(berkey = b[, c("trial", "outcome", "yi", "vi", "v1i", "v2i")], senn = senn, scale = l), cases)

# Rscript harvest.R, in this folder: writes univariate.json, regression.json, counts.json,
# dependence.json, bias.json and structures.json beside it. metafor 3.8-1, metadat, clubSandwich.
# Stopping rules are tightened wherever a fit iterates; a case that R cannot fit is left out.
suppressMessages({library(metafor); library(metadat); library(clubSandwich); library(jsonlite)})
tight <- list(threshold = 1e-13, tol = 1e-14, maxiter = 20000, tau2.max = 1e8)
limits <- list(tol = 1e-14, maxiter = 20000, tau2.max = 1e8)
fine <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 5000)
try0 <- function(expr) tryCatch(suppressWarnings(suppressMessages(expr)), error = function(e) NULL)
columns <- function(d) lapply(as.list(d), I)
keep <- function(name, data, cases) {
  versions <- sapply(c("metafor", "metadat", "clubSandwich"), function(p) as.character(packageVersion(p)))
  made <- list(made_with = c(list(R = as.character(getRversion())), as.list(versions)),
               data = lapply(data, columns), cases = cases)
  writeLines(toJSON(made, digits = I(15), auto_unbox = TRUE, na = "null", null = "null"), paste0(name, ".json"))
}
yv <- function(e) {d <- data.frame(yi = as.numeric(e$yi), vi = e$vi); d[complete.cases(d), ]}
es <- function(...) {  # escalc looks up columns by its own call
  call <- as.call(c(quote(escalc), as.list(substitute(list(...)))[-1])); yv(suppressWarnings(eval(call)))
}
both <- function(x) unname(c(x))

# ---- pooled means ----
set.seed(7)
D <- list(
  pritz = es("PLO", xi = xi, ni = ni, data = dat.pritz1997),
  debruin = es("PAS", xi = xi, ni = ni, data = dat.debruin2009),
  molloy = es("ZCOR", ri = ri, ni = ni, data = dat.molloy2014),
  nielweise = es("IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = dat.nielweise2008),
  li = es("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007),
  lee = es("RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.lee2004),
  hine = es("RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989),
  gibson = es("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
              data = subset(dat.gibson2002, !is.na(m1i))),
  begg = yv(dat.begg1989), hackshaw = yv(dat.hackshaw1998))
for (k in 2:5) for (i in 1:2) {
  v <- exp(rnorm(k, -2, 1)); D[[paste0("random", k, c("a", "b")[i])]] <- data.frame(yi = rnorm(k, .3, sqrt(v + c(0, .3)[i])), vi = v)
}
D$none <- data.frame(yi = c(.1, .12, .11, .09, .1, .13), vi = c(.04, .05, .03, .06, .04, .05))
cases <- list()
for (n in names(D)) for (m in c("EE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "GENQ")) {
  d <- D[[n]]; for (test in c("z", "t", "knha", "adhoc")) {
    if (m == "EE" && test %in% c("knha", "adhoc") || m == "GENQ" && test != "z") next
    if (test %in% c("t", "adhoc") && !m %in% c("EE", "DL", "REML")) next
    r <- if (m == "GENQ") try0(rma(yi, vi, weights = 1 / sqrt(vi), data = d, method = m, control = tight)) else
      try0(rma(yi, vi, data = d, method = m, test = test, control = tight))
    if (is.null(r)) next
    o <- list(data = n, method = m, test = test, tau2 = r$tau2, I2 = r$I2, H2 = r$H2, QE = r$QE, QEp = r$QEp, k = r$k)
    if (m != "GENQ") o <- c(o, list(estimate = c(r$beta), se = r$se, zval = r$zval, pval = r$pval, ci_lb = r$ci.lb, ci_ub = r$ci.ub, se_tau2 = r$se.tau2))
    if (!m %in% c("EE", "GENQ")) {p <- predict(r); o$pi_lb <- p$pi.lb; o$pi_ub <- p$pi.ub}
    if (test == "z" && m == "REML") {
      ci <- try0(confint(r, control = limits)); if (!is.null(ci)) o$QP <- both(ci$random["tau^2", 2:3])
      ci <- try0(confint(r, type = "PL", control = limits)); if (!is.null(ci)) o$PL <- both(ci$random["tau^2", 2:3])
    }
    cases[[length(cases) + 1]] <- o
  }
}
keep("univariate", D, cases)

# ---- regression ----
D <- list(
  bcg = local({e <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
    data.frame(yi = as.numeric(e$yi), vi = e$vi, ablat = e$ablat, year = e$year, alloc = e$alloc)}),
  bangert = with(subset(dat.bangertdrowns2004, !is.na(length) & !is.na(wic) & !is.na(feedback)),
    data.frame(yi, vi, length, wic, feedback, grade)),
  raudenbush = with(dat.raudenbush1985, data.frame(yi, vi, weeks, setting)))
F <- list(c("bcg", "~ ablat"), c("bcg", "~ ablat + year"), c("bcg", "~ factor(alloc)"), c("bcg", "~ ablat*alloc"),
  c("bcg", "~ 0 + factor(alloc)"), c("bcg", "~ ablat + I(ablat^2)"), c("bangert", "~ length + wic + feedback"),
  c("bangert", "~ factor(grade)"), c("raudenbush", "~ weeks + setting"), c("raudenbush", "~ log(weeks + 1)"))
cases <- list()
for (f in F) for (m in c("EE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")) for (test in c("z", "t", "knha")) {
  if (m == "EE" && test == "knha" || test == "t" && m != "REML" || test == "knha" && !m %in% c("REML", "DL", "PM")) next
  r <- try0(rma(yi, vi, mods = as.formula(f[2]), data = D[[f[1]]], method = m, test = test, control = tight)); if (is.null(r)) next
  o <- list(data = f[1], formula = f[2], method = m, test = test, beta = I(c(r$beta)), se = I(r$se), zval = I(r$zval), pval = I(r$pval),
    QM = r$QM, QMp = r$QMp, tau2 = r$tau2, se_tau2 = r$se.tau2, I2 = r$I2, H2 = r$H2, R2 = r$R2, QE = r$QE, QEp = r$QEp)
  if (m == "REML") {o$vb <- unname(vcov(r)); p <- predict(r); o$pred <- I(p$pred); o$pi_lb <- I(p$pi.lb)
    if (test == "z") o$QP <- both(try0(confint(r, control = limits))$random["tau^2", 2:3])}
  cases[[length(cases) + 1]] <- o
}
keep("regression", D, cases)

# ---- counts ----
two <- function(d) as.data.frame(d[, c("ai", "n1i", "ci", "n2i")])
D <- list(li = two(dat.li2007), egger = two(dat.egger2001), hine = two(dat.hine1989), lee = two(dat.lee2004),
  yusuf6 = two(subset(dat.yusuf1985, table == "6")), nielweise7 = two(dat.nielweise2007),
  sparse = data.frame(ai = c(0, 3, 1, 0, 5, 0), n1i = c(10, 10, 40, 12, 90, 30), ci = c(2, 0, 4, 0, 9, 1), n2i = c(11, 9, 44, 10, 88, 33)))
R <- list(nielweise8 = dat.nielweise2008[, c("x1i", "t1i", "x2i", "t2i")], hart = dat.hart1999[, c("x1i", "t1i", "x2i", "t2i")])
named <- function(r, ...) c(list(...), list(estimate = c(r$beta), se = r$se, zval = r$zval, pval = r$pval, QE = r$QE, QEp = r$QEp))
cases <- list()
for (n in names(D)) {
  d <- D[[n]]
  for (m in c("OR", "RR", "RD")) {r <- try0(rma.mh(ai, n1i = n1i, ci = ci, n2i = n2i, data = d, measure = m))
    cases[[length(cases) + 1]] <- c(named(r, data = n, pooling = "mh", measure = m), if (m == "OR") list(MH = r$MH, MHp = r$MHp, BD = r$BD, BDp = r$BDp, TA = r$TA, TAp = r$TAp))}
  cases[[length(cases) + 1]] <- named(rma.peto(ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d), data = n, pooling = "peto", measure = "OR")
  for (g in c("UM.FS", "CM.AL")) for (m in c("ML", "EE")) {
    r <- try0(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d, model = g, method = m)); if (is.null(r)) next
    cases[[length(cases) + 1]] <- list(data = n, pooling = paste0("glmm:", tolower(g)), measure = "OR", method = m, estimate = c(r$beta), se = r$se, tau2 = r$tau2, QE_LRT = r$QE.LRT, QE_Wld = r$QE.Wld)
  }
}
for (n in names(R)) for (m in c("IRR", "IRD")) cases[[length(cases) + 1]] <-
  named(rma.mh(x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = R[[n]], measure = m), data = n, pooling = "mh", measure = m)
keep("counts", c(D, R), cases)

# ---- estimates that belong together ----
set.seed(5)
D <- list(konst = with(dat.konstantopoulos2011, data.frame(yi, vi, cluster = district, unit = study, x = year - 1990)),
  assink = with(dat.assink2016, data.frame(yi, vi, cluster = study, unit = esid, x = year)),
  random = data.frame(yi = rnorm(60, .2, .5) + rep(rnorm(12, 0, .4), each = 5), vi = runif(60, .02, .3), cluster = rep(1:12, each = 5), unit = 1:60, x = rnorm(60)))
cases <- list()
for (n in names(D)) for (rho in c(0, .6)) for (f in c("~ 1", "~ x")) for (m in c("REML", "ML")) {
  d <- D[[n]]
  V <- if (rho > 0) as.matrix(impute_covariance_matrix(d$vi, cluster = d$cluster, r = rho, return_list = FALSE)) else d$vi
  r <- try0(rma.mv(yi, V, mods = as.formula(f), random = ~ 1 | cluster/unit, data = d, method = m, control = fine)); if (is.null(r)) next
  o <- list(data = n, rho = rho, formula = f, method = m, beta = I(c(r$beta)), se = I(r$se), sigma2 = r$sigma2, ll = as.numeric(logLik(r)), QE = r$QE)
  if (m == "REML") for (kind in c("CR0", "CR1", "CR1p", "CR2")) {
    ct <- try0(coef_test(r, vcov = kind, cluster = d$cluster, test = "Satterthwaite"))
    if (!is.null(ct)) o[[kind]] <- list(se = I(ct$SE), df = I(if (is.null(ct$df)) ct$df_Satt else ct$df), p = I(ct$p_Satt))
  }
  cases[[length(cases) + 1]] <- o
}
keep("dependence", D, cases)

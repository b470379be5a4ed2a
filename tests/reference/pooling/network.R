# Writes network.json: network meta-analyses as contrast-based models of metafor. Run in this
# folder: Rscript network.R
# Model: contrasts of each study with its last arm, known covariance V, one random effect per
# contrast with variance tau2 and correlation 1/2 within studies; treatment indicators as
# moderators. The default stopping rules leave tau2 off in the 5th digit, so they are tightened.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
tight <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 1000)

senn <- with(dat.senn2013, data.frame(study, treatment, mean = mi, sd = sdi, n = ni))
smoking <- with(dat.hasselblad1998,
                data.frame(study = as.character(study), treatment = trt, events = xi, n = ni))

terms_md <- function(d) list(y = d$mean, v = d$sd^2 / d$n)
terms_or <- function(d) {
  add <- if (any(d$events == 0 | d$events == d$n)) 0.5 else 0
  a <- d$events + add; b <- d$n - d$events + add
  list(y = log(a / b), v = 1 / a + 1 / b)
}

contrasts_of <- function(d, terms) {
  names <- sort(unique(d$treatment))
  y <- c(); V <- list(); X <- NULL; study <- c(); comp <- c(); design <- c(); both <- NULL
  for (s in unique(d$study)) {
    one <- d[d$study == s, ]; t <- terms(one); m <- nrow(one)
    y <- c(y, t$y[-m] - t$y[m])
    V[[s]] <- diag(t$v[-m], m - 1) + t$v[m]
    I <- outer(one$treatment, names, "==") * 1
    X <- rbind(X, I[-m, , drop = FALSE] - I[rep(m, m - 1), , drop = FALSE])
    study <- c(study, rep(s, m - 1)); comp <- c(comp, seq_len(m - 1))
    design <- c(design, rep(paste(sort(one$treatment), collapse = ":"), m - 1))
  }
  list(y = y, V = bldiag(V), X = X, names = names, study = study, comp = factor(comp),
       design = design)
}

fit <- function(n, X, method) {
  data <- data.frame(y = n$y, study = n$study, comp = n$comp)
  if (method == "EE") return(rma.mv(y, n$V, mods = X, intercept = FALSE, data = data))
  rma.mv(y, n$V, mods = X, intercept = FALSE, random = ~ comp | study, rho = 0.5, struct = "CS",
         method = method, data = data, control = tight)
}

# Effects of the studies that compared a and b are off by +1/2 for a and -1/2 for b.
side <- function(n, a, b) {
  has <- sapply(n$study, function(s) {
    rows <- n$X[n$study == s, , drop = FALSE] != 0
    any(rows[, n$names == a]) && any(rows[, n$names == b])
  })
  0.5 * (n$X[, n$names == a] - n$X[, n$names == b]) * has
}

interaction <- function(n) {
  do.call(cbind, lapply(unique(n$design), function(d) {
    used <- match(strsplit(d, ":")[[1]], n$names)[-1]
    n$X[, used, drop = FALSE] * (n$design == d)
  }))
}

between <- function(n, tau2) {
  within_study <- outer(n$study, n$study, "==")
  W <- solve(n$V + tau2 * (0.5 * within_study + 0.5 * diag(nrow(n$V))))
  q <- function(X) { b <- solve(t(X) %*% W %*% X, t(X) %*% W %*% n$y); r <- n$y - X %*% b
                     drop(t(r) %*% W %*% r) }
  q(n$X[, -1]) - q(interaction(n))
}

analyse <- function(d, terms, splits) {
  n <- contrasts_of(d, terms)
  models <- lapply(c(EE = "EE", ML = "ML", REML = "REML"), function(method) {
    f <- fit(n, n$X[, -1], method)
    tau2 <- if (method == "EE") 0 else f$tau2
    out <- list(tau2 = tau2, beta = unname(f$beta[, 1]), vb = unname(f$vb), q = f$QE)
    full <- if (method == "EE") NULL else fit(n, interaction(n), method)
    if (!is.null(full)) { out$tau2_within <- full$tau2; out$q_between <- between(n, full$tau2) }
    out$sides <- lapply(splits, function(ab) {
      g <- fit(n, cbind(n$X[, -1], side(n, ab[1], ab[2])), method); last <- length(g$beta)
      list(pair = ab, difference = g$beta[last], se = g$se[last],
           tau2 = if (method == "EE") 0 else g$tau2)
    })
    out
  })
  list(arms = as.list(d), treatments = n$names, q_within = fit(n, interaction(n), "EE")$QE,
       models = models)
}

results <- list(
  senn2013_MD = analyse(senn, terms_md, list(c("metformin", "sulfonylurea"),
    c("placebo", "rosiglitazone"), c("acarbose", "placebo"))),
  hasselblad1998_OR = analyse(smoking, terms_or, list(c("ind_counseling", "no_contact"),
    c("grp_counseling", "self_help"))))
source <- paste0("R ", getRversion(), ", metafor ", packageVersion("metafor"), ", metadat ",
  packageVersion("metadat"), ": rma.mv(y, V, mods = X, random = ~ contrast | study, rho = 0.5)")
rows <- mapply(function(n, r) paste0("  ", toJSON(n, auto_unbox = TRUE), ": ",
  toJSON(r, auto_unbox = TRUE, digits = NA)), names(results), results)
cat("{\n\"source\": ", toJSON(source, auto_unbox = TRUE), ",\n\"notes\": [",
  "\"data: dat.senn2013 and dat.hasselblad1998; 1/2 in every cell of studies with a zero cell\", ",
  "\"beta, vb: against the first treatment\"],\n\"results\": {\n",
  paste(rows, collapse = ",\n"), "\n}}\n", sep = "", file = "network.json")

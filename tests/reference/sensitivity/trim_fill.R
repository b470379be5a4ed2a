# Writes trim_fill.json: trim and fill. Run in this folder: Rscript trim_fill.R
# control=: with its default stopping rule metafor's REML is off by up to 1e-4.
suppressMessages({library(metafor); library(jsonlite)})
sets <- fromJSON("datasets.json")$datasets
tight <- list(threshold = 1e-12, maxiter = 5000)
results <- list()
for (name in c("bcg_RR", "normand1999_SMD", "raudenbush1985", "konstantopoulos2011_2lev", "edge_k3"))
  for (method in c("EE", "REML")) for (estimator in c("L0", "R0", "Q0"))
    for (side in c("auto", "left", "right")) {
      d <- sets[[name]]
      fit <- rma(d$y, d$v, method = method, control = tight)
      t <- if (side == "auto") trimfill(fit, estimator = estimator, control = tight)
           else trimfill(fit, estimator = estimator, side = side, control = tight)
      again <- rma(as.vector(t$yi), as.vector(t$vi), method = method, control = tight)
      results[[paste(name, method, estimator, side, sep = "/")]] <- list(
        k0 = t$k0, se_k0 = if (is.finite(t$se.k0)) t$se.k0 else NULL,
        p_k0 = if (estimator == "R0") t$p.k0 else NULL, side = t$side,
        estimate = as.vector(again$beta), se = again$se, ci_lb = again$ci.lb, ci_ub = again$ci.ub,
        filled_yi = I(as.vector(t$yi)[t$fill]))
    }
rows <- mapply(function(n, r) paste0("  ", toJSON(n, auto_unbox = TRUE), ": ",
  toJSON(r, auto_unbox = TRUE, digits = NA, null = "null")), names(results), results)
source <- paste0("R ", getRversion(), ", metafor ", packageVersion("metafor"),
  ": trimfill(rma(yi, vi, method=, control=list(threshold=1e-12)), estimator=, side=), ",
  "then rma() of the filled data")
cat("{\n\"source\": ", toJSON(source, auto_unbox = TRUE), ",\n\"notes\": [",
  "\"data sets as in datasets.json\", ",
  "\"keys: data set / tau2 method / estimator / side asked for; side: side used\"],\n\"results\": {\n",
  paste(rows, collapse = ",\n"), "\n}}\n", sep = "", file = "trim_fill.json")

# Mantel-Haenszel rate ratios and differences from events and person-time, from metafor.
# Run: Rscript common_rates.R > common_rates.json   (needs jsonlite and metafor)
suppressMessages({library(jsonlite); library(metafor)})
tables <- list(
  # Made for these tests.
  six = list(x1 = c(9,8,3,6,4,8), t1 = c(413,263,487,237,241,284), x2 = c(19,20,14,22,9,29), t2 = c(398,245,512,254,244,352)),
  one = list(x1 = 4, t1 = 100, x2 = 9, t2 = 98),
  zero = list(x1 = c(4,0,7), t1 = c(100,80,200), x2 = c(9,2,11), t2 = c(98,83,210)),
  double_zeros = list(x1 = c(4,0,7,0), t1 = c(100,80,200,55.5), x2 = c(9,2,11,0), t2 = c(98,83,210,61.25)),
  unequal = list(x1 = c(2,30), t1 = c(1e4,12.5), x2 = c(9,3), t2 = c(25,1300)),
  one_group_without_events = list(x1 = c(0,0), t1 = c(10,20), x2 = c(3,1), t2 = c(11,19)))
fields <- function(r) {
  x <- list(estimate = as.numeric(r$b), se = r$se, ci_lb = r$ci.lb, ci_ub = r$ci.ub, pval = r$pval,
            QE = r$QE, k_yi = r$k.yi, weights = tryCatch(as.numeric(weights(r)), error = function(e) NA))
  lapply(x, function(v) if (all(is.na(v))) NULL else v)
}
out <- list(source = paste0(R.version.string, ", metafor ", packageVersion("metafor"),
                            ": rma.mh(); see common_rates.R"), tables = tables, results = list())
for (name in names(tables)) {
  t <- tables[[name]]
  fit <- function(m, drop) fields(suppressWarnings(rma.mh(x1i = t$x1, t1i = t$t1, x2i = t$x2, t2i = t$t2, measure = m, drop00 = drop)))
  out$results[[name]] <- list(`MH-IRR` = fit("IRR", TRUE), `MH-IRD` = fit("IRD", FALSE))
}
cat(toJSON(out, digits = 15, auto_unbox = TRUE, null = "null"), "\n")

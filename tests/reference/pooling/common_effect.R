# Mantel-Haenszel, Peto and stratified tests on ordinary and sparse tables, from metafor.
# Run: Rscript common_effect.R > common_effect.json   (needs jsonlite and metafor)
suppressMessages({library(jsonlite); library(metafor)})
tables <- list(
  bcg = list(a = c(4,6,3,62,33,180,8,505,29,17,186,5,27), n1 = c(123,306,231,13598,5069,1541,2545,88391,7499,1716,50634,2498,16913),
             c = c(11,29,11,248,47,372,10,499,45,65,141,3,29), n2 = c(139,303,220,12867,5808,1451,629,88391,7277,1665,27338,2341,17854)),
  one = list(a = 4, n1 = 123, c = 11, n2 = 139),
  zero_cells = list(a = c(0,1,3,0,2), n1 = c(50,48,60,35,41), c = c(2,0,5,1,4), n2 = c(52,50,58,33,40)),
  double_zeros = list(a = c(0,1,0,2,10), n1 = c(30,28,25,31,10), c = c(0,3,0,1,12), n2 = c(29,30,26,28,12)),
  unbalanced = list(a = c(3,8,1), n1 = c(200,340,90), c = c(2,1,1), n2 = c(50,60,30)),
  common_events = list(a = c(30,14,13), n1 = c(40,17,26), c = c(20,15,6), n2 = c(41,23,27)),
  one_group_without_events = list(a = c(0,0,0), n1 = c(30,25,40), c = c(2,1,3), n2 = c(31,24,42)))
fields <- function(r) {
  x <- list(estimate = as.numeric(r$b), se = r$se, ci_lb = r$ci.lb, ci_ub = r$ci.ub, pval = r$pval,
            QE = r$QE, k_yi = r$k.yi, weights = tryCatch(as.numeric(weights(r)), error = function(e) NA))
  if (!is.null(r$MH)) x <- c(x, list(MH = r$MH, MHp = r$MHp, BD = r$BD, BDp = r$BDp, TA = r$TA, TAp = r$TAp))
  lapply(x, function(v) if (all(is.na(v))) NULL else v)
}
out <- list(source = paste0(R.version.string, ", metafor ", packageVersion("metafor"),
                            ": rma.mh(correct = TRUE), rma.peto(); see common_effect.R"),
            tables = tables, results = list())
for (name in names(tables)) {
  t <- tables[[name]]
  fit <- function(f, ...) suppressWarnings(f(ai = t$a, n1i = t$n1, ci = t$c, n2i = t$n2, ...))
  out$results[[name]] <- list(`MH-OR` = fields(fit(rma.mh, measure = "OR")), `MH-RR` = fields(fit(rma.mh, measure = "RR")),
    `MH-RD` = fields(fit(rma.mh, measure = "RD", drop00 = FALSE)), `Peto-OR` = fields(fit(rma.peto)))
  out$results[[name]]$`MH-OR`$MH_uncorrected <- fit(rma.mh, measure = "OR", correct = FALSE)$MH
}
rates <- list(x1 = c(4,0,7), t1 = c(100,80,200), x2 = c(9,2,11), t2 = c(98,83,210))
for (m in c("IRR", "IRD")) {
  r <- suppressWarnings(rma.mh(x1i = rates$x1, t1i = rates$t1, x2i = rates$x2, t2i = rates$t2, measure = m))
  out$rates[[m]] <- list(estimate = as.numeric(r$b), se = r$se)
}
out$rates$data <- rates
cat(toJSON(out, digits = 15, auto_unbox = TRUE, null = "null"), "\n")

# Witness for risks of one group over several studies: logit-normal mixed model, 21 nodes.
# R 4.2.2, metafor 3.8-1 and lme4. Run in this folder: Rscript single_group.R
suppressMessages({library(jsonlite); library(metafor)})
groups <- list(
  adverse = list(events = c(0, 19, 1), n = c(8, 26, 34)),
  dropout = list(events = c(0, 17, 5, 1), n = c(26, 59, 11, 5)),
  alike = list(events = c(3, 9, 1), n = c(20, 30, 25)))
out <- lapply(groups, function(g) {
  f <- rma.glmm(measure = "PLO", xi = g$events, ni = g$n, nAGQ = 21)
  p <- predict(f, transf = transf.ilogit)
  list(group = g, estimate = p$pred, interval = c(p$ci.lb, p$ci.ub),
       prediction = c(p$pi.lb, p$pi.ub), tau2 = f$tau2)
})
write(toJSON(list(made_with = paste0(R.version.string, ", metafor ", packageVersion("metafor")),
  groups = out), digits = NA, auto_unbox = TRUE, pretty = TRUE), "single_group.json")

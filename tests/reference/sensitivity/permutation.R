# Writes permutation.json: exact permutation tests of the mean. Run in this folder:
#   Rscript permutation.R
# control=: the default stopping rule of metafor leaves REML estimates off by up to 1e-4.
suppressMessages({library(metafor); library(jsonlite)})
sets <- fromJSON("datasets.json")$datasets
first8 <- lapply(sets$bcg_RR, function(x) x[1:8])
data <- list(normand1999_SMD = sets$normand1999_SMD, bcg_RR_first8 = first8,
             bcg_RR = sets$bcg_RR, edge_k3 = sets$edge_k3, edge_identical = sets$edge_identical)
tight <- list(threshold = 1e-12, maxiter = 5000)
results <- list()
for (name in names(data)) for (method in c("EE", "DL", "REML")) for (test in c("z", "knha")) {
  if (test == "knha" && (method == "EE" || name == "edge_identical")) next
  if (name == "bcg_RR" && method == "REML" && test == "knha") next
  fit <- rma(data[[name]]$y, data[[name]]$v, method = method, test = test, control = tight)
  p <- permutest(fit, exact = TRUE, progbar = FALSE)
  z <- sort(abs(p$zval.perm[, 1]), decreasing = TRUE)
  results[[paste(name, method, test, sep = "/")]] <- list(
    pval = p$pval, zval_obs = fit$zval, largest = head(z, 20), n = length(z))
}
rows <- mapply(function(n, r) paste0("  ", toJSON(n, auto_unbox = TRUE), ": ",
  toJSON(r, auto_unbox = TRUE, digits = NA)), names(results), results)
source <- paste0("R ", getRversion(), ", metafor ", packageVersion("metafor"),
  ": permutest(rma(yi, vi, method=, test=, control=list(threshold=1e-12)), exact=TRUE)")
cat("{\n\"source\": ", toJSON(source, auto_unbox = TRUE), ",\n\"notes\": [",
  "\"data sets as in datasets.json; bcg_RR_first8: its first 8 studies\", ",
  "\"largest: the 20 largest absolute statistics over all changes of sign\"],\n\"results\": {\n",
  paste(rows, collapse = ",\n"), "\n}}\n", sep = "", file = "permutation.json")

# Writes subsets.json: results of all subsets. Run in this folder: Rscript subsets.R
suppressMessages({library(metafor); library(jsonlite)})
sets <- fromJSON("datasets.json")$datasets
tight <- list(threshold = 1e-12, maxiter = 5000)
probs <- c(0, .05, .25, .5, .75, .95, 1)
results <- list()
for (case in list(c("normand1999_SMD", "EE"), c("normand1999_SMD", "DL"),
                  c("normand1999_SMD", "REML"), c("bcg_RR", "EE"), c("bcg_RR", "DL"))) {
  d <- sets[[case[1]]]
  g <- gosh(rma(d$y, d$v, method = case[2], control = tight), progbar = FALSE)
  one <- list(summary = lapply(as.list(as.data.frame(g$res)), function(x) list(
    n = length(x), mean = mean(x), sd = sd(x), q = unname(quantile(x, probs)))))
  if (all(case == c("normand1999_SMD", "REML"))) {
    one$incl <- apply(g$incl * 1, 1, paste, collapse = "")
    one$subsets <- lapply(as.list(as.data.frame(g$res))[c("QE", "I2", "tau2", "estimate")], signif, 12)
  }
  results[[paste(case, collapse = "/")]] <- one
}
rows <- mapply(function(n, r) paste0("  ", toJSON(n, auto_unbox = TRUE), ": ",
  toJSON(r, auto_unbox = TRUE, digits = NA)), names(results), results)
source <- paste0("R ", getRversion(), ", metafor ", packageVersion("metafor"),
  ": gosh(rma(yi, vi, method=, control=list(threshold=1e-12))), all subsets")
cat("{\n\"source\": ", toJSON(source, auto_unbox = TRUE), ",\n\"notes\": [",
  "\"data sets as in datasets.json; summary q: quantiles 0, .05, .25, .5, .75, .95, 1\", ",
  "\"tau2 and I2 of one study are 0 in metafor\"],\n\"results\": {\n",
  paste(rows, collapse = ",\n"), "\n}}\n", sep = "", file = "subsets.json")

# Writes escalc_zeros.json: 2x2 tables and rates with zeros, and matched pairs, under every rule.
# Run in this folder:  Rscript escalc_zeros.R
# Made with R 4.2.2, metafor 3.8-1, jsonlite 1.8.4. None of these measures changed since 3.8-1.
suppressMessages(library(metafor))
library(jsonlite)

tables <- list(ai = c(0, 12, 3, 0, 8, 2, 25), n1i = c(25, 30, 3, 10, 8, 40, 25),
               ci = c(4, 0, 9, 0, 9, 7, 3), n2i = c(20, 28, 30, 12, 9, 45, 50))
rates <- list(x1i = c(0, 3, 0), t1i = c(11.5, 20, 7), x2i = c(2, 0, 0), t2i = c(30, 18.25, 9))
pairs <- list(ai = c(10, 5, 0, 7), bi = c(4, 8, 3, 0), ci = c(6, 2, 5, 1), di = c(20, 9, 12, 0))

cases <- list()
case <- function(measure, data, ...) {
  args <- list(...)
  res <- suppressWarnings(do.call(escalc, c(list(measure = measure), get(data), args)))
  cases[[length(cases) + 1]] <<- list(
    measure = unbox(measure), data = unbox(data), args = lapply(args, unbox),
    yi = ifelse(is.finite(res$yi), as.numeric(res$yi), NA), vi = ifelse(is.finite(res$vi), res$vi, NA))
}
for (to in c("only0", "all", "if0all", "none"))
  for (add in c(0.5, 0.01)) {
    for (measure in c("OR", "RR", "RD", "PETO", "AS"))
      case(measure, "tables", to = to, add = add, drop00 = measure %in% c("OR", "RR", "PETO"))
    for (measure in c("IRR", "IRD", "IRSD"))
      case(measure, "rates", to = to, add = add, drop00 = measure == "IRR")
    case("MPOR", "pairs", to = to, add = add)
  }
writeLines(toJSON(list(
  about = unbox("escalc of metafor 3.8-1 in R 4.2.2, by escalc_zeros.R; null is NA or infinite."),
  datasets = list(tables = tables, rates = rates, pairs = pairs), cases = cases),
  digits = NA, na = "null", pretty = FALSE), "escalc_zeros.json")

# Writes escalc_more.json: the measures of association, of one group, of reliability and of matched
# pairs, and the variance types that average over the studies, each with degenerate rows.
# Run in this folder:  Rscript escalc_more.R
# Made with R 4.2.2, metafor 3.8-1, mvtnorm, jsonlite 1.8.4.
suppressMessages(library(metafor))
library(jsonlite)

sets <- list(
  # Ordinary tables; one zero; two zeros on a diagonal; nobody with the event; everybody.
  tables = list(ai = c(135, 12, 0, 8, 0, 20, 3), bi = c(15, 30, 9, 0, 11, 0, 14),
                ci = c(40, 7, 4, 0, 0, 15, 9), di = c(10, 41, 8, 7, 13, 0, 2)),
  plain = list(ai = c(135, 12, 8, 3), bi = c(15, 30, 20, 14),
               ci = c(40, 7, 2, 9), di = c(10, 41, 37, 2)),
  pairs = list(ai = c(10, 5, 0, 7, 0), bi = c(4, 8, 3, 0, 0), ci = c(6, 2, 5, 1, 0),
               di = c(20, 9, 12, 0, 4)),
  marginals = list(ai = c(22, 9, 5), bi = c(18, 31, 0), ci = c(15, 14, 3), di = c(25, 26, 2),
                   ri = c(0.3, 0.62, 0.1)),
  # Equal means; a standard deviation of 0; one person; nobody.
  means = list(m1i = c(92, 79, 14, 5, 8, 3), sd1i = c(20, 11, 2.5, 0, 2, 1),
               n1i = c(240, 65, 12, 9, 7, 1), m2i = c(88, 83, 14, 3, 6, 4),
               sd2i = c(22, 12, 3.5, 0, 3, 1), n2i = c(40, 71, 9, 9, 11, 5)),
  groups = list(mi = c(10, 12.5, -9.1, 0.4, 3), sdi = c(2.1, 3.3, 1.7, 0, 1),
                ni = c(25, 14, 60, 8, 1)),
  correlations = list(ri = c(0.11, 0.42, -0.2, 0.97, 1, 0.3), ni = c(40, 18, 75, 26, 30, 3)),
  regressions = list(ti = c(2.1, -0.7, 0, 5.6, 1), ni = c(60, 33, 120, 25, 8),
                     mi = c(3, 5, 2, 4, 5), r2i = c(0.4, 0.22, 0.08, 0.71, 0.5)),
  proportions = list(xi = c(2, 0, 15, 9), ni = c(20, 12, 40, 9)),
  rates = list(xi = c(3, 0, 17), ti = c(102.5, 47, 1800)),
  alphas = list(ai = c(0.83, 0.6, -0.1, 1, 0.7), mi = c(6, 10, 4, 5, 8), ni = c(35, 200, 20, 30, 2)),
  genotypes = list(ai = c(40, 12, 0, 9), bi = c(55, 30, 6, 0), ci = c(21, 4, 7, 5)))

cases <- list()
case <- function(measure, data, ...) {
  args <- list(...)
  res <- suppressWarnings(try(do.call(escalc, c(list(measure = measure), sets[[data]], args)),
                              silent = TRUE))
  if (inherits(res, "try-error")) stop(measure, ": ", res)
  cases[[length(cases) + 1]] <<- list(
    measure = unbox(measure), data = unbox(data), args = lapply(args, unbox),
    yi = ifelse(is.finite(res$yi), as.numeric(res$yi), NA),
    vi = ifelse(is.finite(res$vi), as.numeric(res$vi), NA))
}
for (measure in c("PHI", "YUQ", "YUY", "PBIT", "OR2DN", "OR2DL"))
  for (add in c(0.5, 0)) case(measure, "tables", add = add, drop00 = measure != "PHI")
for (type in c("ST", "CS")) case("PHI", "plain", vtype = type)
for (measure in c("YUQ", "YUY", "PBIT", "OR2DN", "OR2DL")) case(measure, "plain")
case("RD", "plain", vtype = "AV")
case("RD", "plain", vtype = "UB")
for (measure in c("OR", "RR", "RD", "YUQ", "YUY", "PBIT")) {
  case(measure, "plain", to = "all", addyi = TRUE, addvi = FALSE)
  case(measure, "plain", to = "all", addyi = FALSE, addvi = TRUE)
}
for (to in c("only0", "all", "none"))
  for (measure in c("MPRR", "MPOR", "MPRD", "MPORC", "MPPETO")) case(measure, "pairs", to = to)
case("MPORM", "marginals")
for (measure in c("D2ORN", "D2ORL", "RBIS")) case(measure, "means")
for (type in c("ST", "CS")) case("RPB", "means", vtype = type)
plainer <- lapply(sets$means, head, 3); sets$means3 <- plainer
for (type in c("LS", "LS2", "UB", "AV")) case("SMD", "means3", vtype = type)
for (type in c("LS", "LS2", "UB", "AV")) case("SMD1", "means3", vtype = type)
for (type in c("LS", "HO", "AV", "AVHO")) case("ROM", "means3", vtype = type)
for (measure in c("MN", "SMN", "SDLN")) case(measure, "groups")
# escalc stops at a negative mean; here such a row is listed and the others are used.
sets$groups_positive <- sets$groups
sets$groups_positive$mi <- abs(sets$groups$mi)
for (measure in c("CVLN", "MNLN")) case(measure, "groups_positive")
for (type in c("LS", "UB", "AV")) {
  # escalc 3.8-1 refuses vtype "UB" for COR, though its help offers it.
  if (type != "UB") case("COR", "correlations", vtype = type)
  case("UCOR", "correlations", vtype = type)
}
sets$correlations4 <- lapply(sets$correlations, head, 4)
case("COR", "correlations4", vtype = "AV"); case("UCOR", "correlations4", vtype = "AV")
for (measure in c("PCOR", "ZPCOR", "SPCOR")) case(measure, "regressions")
for (type in c("LS", "UB", "AV")) case("PR", "proportions", vtype = type)
for (measure in c("PLN", "PLO")) for (type in c("LS", "AV")) case(measure, "proportions", vtype = type)
for (to in c("only0", "all", "none")) case("IRFT", "rates", to = to)
for (measure in c("ARAW", "AHW", "ABT")) case(measure, "alphas")
for (to in c("only0", "all", "none")) case("REH", "genotypes", to = to)

sets$change <- list(m1i = c(30, 23.5, 25.6), sd1i = c(4.1, 3.8, 5.5), m2i = c(27, 22.9, 23.3),
                    sd2i = c(4.6, 3.9, 5.1), ni = c(40, 22, 31), ri = c(0.6, 0.7, 0.55))
for (measure in c("SMCC", "SMCR"))
  for (type in c("LS", "LS2")) case(measure, "change", vtype = type)
for (measure in c("PCOR", "SPCOR")) case(measure, "regressions", vtype = "AV")

# The tetrachoric correlation: escalc finds it with an optimiser that stops at about 1e-4, so it is
# solved again here, as the root of the exact bivariate normal probability; its variance is the
# delta method over the four cells, with derivatives by central differences.
solve_r <- function(p) {
  h <- qnorm(p[1] + p[2]); k <- qnorm(p[1] + p[3])
  inside <- function(r) mvtnorm::pmvnorm(upper = c(h, k), corr = matrix(c(1, r, r, 1), 2),
                                         algorithm = mvtnorm::TVPACK(1e-15))[1] - p[1]
  uniroot(inside, c(-1 + 1e-9, 1 - 1e-9), tol = 1e-14)$root
}
tetrachoric <- function(x) {
  n <- sum(x); p <- x / n; r <- solve_r(p); e <- 1e-4
  slope <- sapply(1:4, function(i) {
    at <- function(step) { q <- p; q[i] <- q[i] + step; q <- q / sum(q); solve_r(q) }
    (8 * (at(e) - at(-e)) - (at(2 * e) - at(-2 * e))) / (12 * e)
  })
  c(r, sum(p * slope^2 - 0) / n - sum(p * slope)^2 / n)
}
t4 <- sapply(1:4, function(i) tetrachoric(sapply(sets$plain, `[`, i)))
rough <- do.call(escalc, c(list(measure = "RTET"), sets$plain))
stopifnot(max(abs(rough$yi - t4[1, ])) < 1e-3)
# Every measure that this metafor knows: words of its help page that escalc does not call unknown.
help_page <- capture.output(tools::Rd2txt(utils:::.getHelpFile(help("escalc", "metafor"))))
words <- unique(unlist(regmatches(help_page, gregexpr("[A-Z][A-Z0-9]{1,6}", help_page))))
words <- c(words, "SMN", "OR2D", "D2OR")
known <- Filter(function(word) {
  said <- tryCatch({ escalc(measure = word); "" }, error = conditionMessage)
  !grepl("Unknown 'measure'", said)
}, words)

# Every variance type that changes the variances of some measure.
trial_sets <- c("plain", "means3", "correlations4", "regressions", "change")
sets_tried <- c(sets[trial_sets], list(
  one = list(mi = c(10, 12.5), sdi = c(2.1, 3.3), ni = c(25, 14)),
  share = list(xi = c(2, 15), ni = c(20, 40)), rate = list(xi = c(3, 17), ti = c(102.5, 1800)),
  rates = list(x1i = c(4, 7), t1i = c(100, 80), x2i = c(9, 2), t2i = c(98, 83)),
  alpha = lapply(sets$alphas, head, 2)))
types <- function(measure) {
  found <- character()
  for (data in sets_tried) {
    made <- function(...) tryCatch(suppressWarnings(
      do.call(escalc, c(list(measure = measure, ...), data))$vi), error = function(e) NULL)
    usual <- made()
    for (type in c("UB", "LS2", "HO", "ST", "CS", "AV", "AVHO")) {
      other <- made(vtype = type)
      if (!is.null(usual) && !is.null(other) && isTRUE(any(abs(other / usual - 1) > 1e-9)))
        found <- union(found, type)
    }
  }
  found
}
variances <- Filter(length, sapply(sort(known), types, simplify = FALSE))

writeLines(toJSON(list(
  measures = sort(known), variances = variances,
  about = unbox(paste("escalc of metafor 3.8-1 in R 4.2.2, by escalc_more.R; null is NA or",
                      "infinite. RTET by its own root and delta method.")),
  datasets = sets, cases = cases,
  tetrachoric = list(data = unbox("plain"), yi = t4[1, ], vi = t4[2, ], escalc_yi = as.numeric(rough$yi),
                     escalc_vi = as.numeric(rough$vi))),
  digits = NA, na = "null", pretty = FALSE), "escalc_more.json")

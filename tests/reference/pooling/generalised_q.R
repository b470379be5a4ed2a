# Exact distribution of the moment statistic by eigenvalues and Imhof's integral (Imhof 1961),
# and from it: intervals for tau2 (Biggerstaff-Jackson: weights 1/v, Jackson: 1/sqrt(v)) and the
# median-unbiased estimate (GENQM). Independent of the Python code, which inverts a Laplace
# transform. Run: Rscript generalised_q.R < univariate.json > generalised_q.json (needs jsonlite)
suppressMessages(library(jsonlite))
data <- fromJSON(file("stdin"))$datasets
imhof <- function(q, lambda) {         # P(sum lambda chi2(1) <= q)
  lambda <- lambda / q
  theta <- function(u) 0.5 * colSums(atan(outer(lambda, u))) - 0.5 * u
  rho <- function(u) apply(1 + outer(lambda^2, u^2), 2, prod)^0.25
  f <- function(u) sin(theta(u)) / (u * rho(u))
  total <- 0; a <- 0; small <- 0
  while (small < 3) {                  # one period after the other, up to negligible ones
    piece <- integrate(f, a, a + 4 * pi, rel.tol = 1e-10, abs.tol = 1e-13, subdivisions = 2000, stop.on.error = FALSE)$value
    total <- total + piece; a <- a + 4 * pi
    small <- if (abs(piece) < 1e-12) small + 1 else 0
    if (a > 4e4) break
  }
  0.5 - total / pi
}
statistic <- function(y, v, w) {
  A <- diag(w) - w %o% w / sum(w)
  q <- c(t(y) %*% A %*% y)
  cdf <- function(t2) {
    S <- sqrt(v + t2)
    e <- eigen(S * t(S * A), symmetric = TRUE, only.values = TRUE)$values
    imhof(q, e[-length(e)])
  }
  root <- function(p) {
    if (cdf(0) <= p) return(0)
    high <- 1e-3; while (cdf(high) > p) high <- 2 * high
    uniroot(function(t2) cdf(t2) - p, c(0, high), tol = 1e-12)$root
  }
  c(root(.975), root(.025), root(.5))
}
out <- list(source = paste(R.version.string, "Imhof's integral; see generalised_q.R"),
            columns = c("lb", "ub", "median_unbiased"), results = list())
for (name in c("bcg_RR", "normand1999_SMD", "raudenbush1985", "edge_k3", "edge_near_boundary")) {
  y <- data[[name]]$y; v <- data[[name]]$v
  out$results[[name]] <- list(BJ = statistic(y, v, 1 / v), J = statistic(y, v, 1 / sqrt(v)))
}
cat(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = 1), "\n")

# Beta-binomial model of two groups with one intraclass correlation: writes beta_binomial.json.
# Run with: Rscript tests/reference/pooling/beta_binomial.R
# R 4.2.2 with numDeriv and metadat; the likelihood is written out with lbeta().
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
sparse <- data.frame(
  ai = c(0, 2, 1, 3, 0, 1, 4, 2), n1 = c(20, 25, 30, 22, 40, 15, 33, 60),
  ci = c(3, 4, 0, 6, 2, 5, 3, 9), n2 = c(20, 24, 28, 21, 20, 16, 35, 30))
bcg <- with(metadat::dat.bcg, data.frame(ai = tpos, n1 = tpos + tneg, ci = cpos, n2 = cpos + cneg))
catheters <- with(metadat::dat.nielweise2007, data.frame(ai, n1 = n1i, ci, n2 = n2i))
one <- function(x, n, p, rho) {
  s <- (1 - rho) / rho
  sum(lchoose(n, x) + lbeta(x + p * s, n - x + (1 - p) * s) - lbeta(p * s, (1 - p) * s))
}
fit <- function(d) {
  negative <- function(q) -one(d$ai, d$n1, plogis(q[1]), plogis(q[3])) -
    one(d$ci, d$n2, plogis(q[2]), plogis(q[3]))
  start <- c(qlogis(sum(d$ai) / sum(d$n1)), qlogis(sum(d$ci) / sum(d$n2)), -3)
  m <- nlminb(start, negative, control = list(rel.tol = 1e-14, x.tol = 1e-10))
  m <- nlminb(m$par, negative, control = list(rel.tol = 1e-14, x.tol = 1e-10))
  # nlminb stops short in lbeta()'s rounding error; Newton steps on smooth differences do not.
  for (i in 1:2) m$par <- m$par - solve(numDeriv::hessian(negative, m$par), numDeriv::grad(negative, m$par))
  m$objective <- negative(m$par)
  v <- solve(numDeriv::hessian(negative, m$par))
  p <- plogis(m$par[1:2])
  se <- function(slopes) sqrt(sum(outer(slopes, slopes) * v[1:2, 1:2]))
  list(ll = -m$objective, probabilities = p, correlation = plogis(m$par[3]),
       correlation_se = unname(sqrt(v[3, 3]) * plogis(m$par[3]) * (1 - plogis(m$par[3]))),
       OR = c(m$par[1] - m$par[2], se(c(1, -1))),
       RR = c(log(p[1] / p[2]), se(c(1 - p[1], -(1 - p[2])))),
       RD = c(p[1] - p[2], se(c(p[1] * (1 - p[1]), -p[2] * (1 - p[2])))))
}
out <- lapply(list(bcg = bcg, sparse = sparse, catheters = catheters),
              function(d) c(list(data = d), fit(d)))
write(jsonlite::toJSON(c(list(source = "R 4.2.2; beta_binomial.R"), out), auto_unbox = TRUE,
                       digits = 15, dataframe = "columns"), file.path(here, "beta_binomial.json"))

# Writes copas.json: maxima of the Copas likelihood by optim(), written out from Copas and Shi
# (2000), equations 2 to 5. No package. Run in this folder: Rscript copas.R
suppressMessages({library(jsonlite); library(metadat)})
y <- dat.hackshaw1998$yi; s <- sqrt(dat.hackshaw1998$vi)  # passive smoking and lung cancer, 37 studies
loglik <- function(p, u, slope) {
  mu <- p[1] + if (slope) p[4] * s else 0; tau2 <- p[2]^2; rho <- .9999 * tanh(p[3])
  lambda <- dnorm(u) / pnorm(u)
  sigma2 <- s^2 / (1 - rho^2 * lambda * (u + lambda))
  tilde <- rho * sqrt(sigma2 / (tau2 + sigma2))
  v <- (u + tilde * (y - mu) / sqrt(tau2 + sigma2)) / sqrt(1 - tilde^2)
  sum(dnorm(y, mu, sqrt(tau2 + sigma2), log = TRUE) + pnorm(v, log.p = TRUE) - pnorm(u, log.p = TRUE))
}
best <- function(u, slope) {
  top <- NULL
  for (rho in c(-1, -.3, .3, 1, 2)) for (tau in c(.1, .7)) {
    p <- c(mean(y), tau, rho, if (slope) 0)
    for (i in 1:4) p <- optim(p, loglik, u = u, slope = slope, method = c("Nelder-Mead", "BFGS")[1 + i %% 2],
      control = list(fnscale = -1, maxit = 5000, reltol = 1e-14))$par
    v <- loglik(p, u, slope); if (is.null(top) || v > top$ll) top <- list(p = p, ll = v)
  }
  top
}
rows <- lapply(c(.99, .9, .7, .5, .3, .1), function(chance) {
  g1 <- (qnorm(.99) - qnorm(chance)) / (1 / min(s) - 1 / max(s)); u <- qnorm(chance) + g1 * (1 / s - 1 / max(s))
  m <- best(u, FALSE); b <- best(u, TRUE)
  inside <- if (abs(tanh(m$p[3])) > .99999) 1:2 else 1:3   # rho at its bound
  h <- optimHess(m$p, loglik, u = u, slope = FALSE, control = list(fnscale = -1, ndeps = rep(1e-4, 3)))
  list(chance = chance, ll = m$ll, mu = m$p[1], tau2 = m$p[2]^2, rho = .9999 * tanh(m$p[3]),
       se = sqrt(solve(-h[inside, inside])[1, 1]), ll_slope = b$ll, unpublished = sum((1 - pnorm(u)) / pnorm(u)))
})
write(toJSON(list(source = paste0("R ", getRversion(), ": optim() of the likelihood written out; data: dat.hackshaw1998 of metadat ",
  packageVersion("metadat")), y = y, s = s,
  rows = rows), auto_unbox = TRUE, digits = NA, pretty = 1), "copas.json")

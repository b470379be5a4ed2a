# Writes plots.json: coordinates of plots by metafor. Run in this folder: Rscript plots.R
suppressMessages({library(metafor); library(jsonlite)})
pdf(NULL)
d <- fromJSON("datasets.json")$datasets$bcg_RR
tight <- list(threshold = 1e-12, maxiter = 5000)
fit <- rma(d$y, d$v, method = "REML", control = tight); ee <- rma(d$y, d$v, method = "EE")
tau2 <- c(0, .05, .3, 1, 4)
r <- radial(fit); r0 <- radial(ee)
q <- qqnorm(fit, envelope = FALSE); qd <- qqnorm(fit, type = "rstudent", envelope = FALSE)
out <- list(source = paste0("R ", getRversion(), ", metafor ", packageVersion("metafor"),
    ": radial(), qqnorm(), logLik() at fixed tau2; data set bcg_RR"),
  radial = list(REML = list(x = r$x, y = r$y), EE = list(x = r0$x, y = r0$y)),
  qq = list(rstandard = list(x = as.vector(q$x), y = as.vector(q$y)),
            rstudent = list(x = as.vector(qd$x), y = as.vector(qd$y))),
  profile = list(tau2 = tau2, REML = sapply(tau2, function(t) as.numeric(logLik(rma(d$y, d$v, tau2 = t)))),
    ML = sapply(tau2, function(t) as.numeric(logLik(rma(d$y, d$v, method = "ML", tau2 = t))))))
write(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = 1), "plots.json")

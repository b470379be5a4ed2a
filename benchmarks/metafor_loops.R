# Times metafor on the data of one run. Arguments: folder with the data, "full" or "sample".
# Prints one line for each task: name, seconds, how many times the work was left undone, what was run.
suppressMessages(library(metafor))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
full <- arguments[2] == "full"
rows <- function(name) as.matrix(read.csv(file.path(folder, paste0(name, ".csv")), header = FALSE))
options(warn = -1)

report <- function(task, expression, factor, words) {
  seconds <- system.time(expression)[["elapsed"]]
  cat(task, format(seconds, digits = 15), format(factor, digits = 15), words, sep = "\t")
  cat("\n")
}
# The default of 100 steps is not enough for every member of a batch; a failure counts as done.
hksj <- function(y, v) tryCatch(rma(y, v, method = "REML", test = "knha"), error = function(e) NULL)

one <- rows("single")
y <- one[1, ]; v <- one[2, ]
hksj(y, v)
report("single", for (i in 1:20) { fit <- hksj(y, v); predict(fit); confint(fit) }, 1 / 20,
       "rma, predict and confint, mean of 20")

y <- rows("batch_y"); v <- rows("batch_v")
n <- if (full) nrow(y) else 300
report("batch", for (i in seq_len(n)) hksj(y[i, ], v[i, ]), nrow(y) / n, paste("loop over", n))

d <- rows("subsets")
all <- 2^ncol(d) - 1
n <- if (full) all else 300
fit <- rma(d[1, ], d[2, ], method = "REML")
set.seed(1)
report("subsets", gosh(fit, subsets = n, progbar = FALSE), all / n, paste("gosh of", n))

k <- 1000
d <- rows("deletions")
start <- rma(d[1, 1:50], d[2, 1:50])
words <- paste("one rma of k =", k, "for each deletion; which grows with the cube of k: at least")
report("leave-one-out", rma(d[1, 1:k], d[2, 1:k], method = "REML"), ncol(d), words)

d <- rows("permutation")
all <- 2^ncol(d)
n <- if (full) all else 200
fit <- hksj(d[1, ], d[2, ])
set.seed(1)
if (full) {
  report("permutation", permutest(fit, exact = TRUE, progbar = FALSE), 1, "permutest, exact")
} else {
  report("permutation", permutest(fit, exact = FALSE, iter = n, progbar = FALSE), all / n,
         paste("permutest of", n))
}

d <- rows("three_level")
clusters <- max(d[3, ])
n <- if (full) clusters else 150
use <- d[3, ] <= n
frame <- data.frame(y = d[1, use], v = d[2, use], cluster = d[3, use], unit = seq_len(sum(use)))
report("three-level", {
  fit <- rma.mv(y, v, random = ~ 1 | cluster/unit, data = frame, sparse = TRUE,
                control = list(rel.tol = 1e-12))
}, clusters / n, paste("rma.mv of", n, "clusters, sparse, which grows faster: at least"))
cat("sigma2", format(fit$sigma2, digits = 15), format(as.numeric(fit$b), digits = 15), n, sep = "\t")
cat("\n")

d <- rows("selection")
fit <- rma(d[1, ], d[2, ], method = "ML")
step <- function() selmodel(fit, type = "stepfun", steps = 0.025, alternative = "greater")
beta <- function() selmodel(fit, type = "beta", alternative = "greater")
report("selection-step", model <- step(), 1, "selmodel")
cat("fit", "step", format(c(model$beta, model$tau2), digits = 15), sep = "\t")
cat("\n")
report("selection-beta", model <- beta(), 1, "selmodel")
cat("fit", "beta", format(c(model$beta, model$tau2), digits = 15), sep = "\t")
cat("\n")

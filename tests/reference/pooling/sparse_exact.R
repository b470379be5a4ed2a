# Witness for exact and score intervals of sparse counts. R 4.2.2, base and jsonlite only.
# Run in this folder: Rscript sparse_exact.R
# Exact limits come from binom.test, fisher.test and mantelhaen.test, whose root finder stops at
# about 1e-4 of the odds ratio; `log_exact` sums over all combinations of tables and stops at 1e-13.
# There is no mid-P interval and no score interval of a risk difference in base R: the former is
# found by the same sums, the latter by maximising the likelihood numerically.
library(jsonlite)

tables <- list(
  one = list(a = 13, n1 = 27, c = 3, n2 = 28),
  zero_arm = list(a = 12, n1 = 27, c = 0, n2 = 28),
  three = list(a = c(0, 2, 5), n1 = c(20, 20, 31), c = c(3, 1, 2), n2 = c(20, 22, 29)),
  with_silent = list(a = c(1, 0, 4), n1 = c(15, 17, 40), c = c(0, 0, 6), n2 = c(16, 23, 38)),
  all_zero = list(a = c(0, 0), n1 = c(27, 17), c = c(0, 0), n2 = c(28, 23)),
  large = list(a = c(73, 14), n1 = c(111, 17), c = c(24, 15), n2 = c(100, 23))
)

log_weights <- function(t) {          # of the total in group 1, over every combination
  lists <- lapply(seq_along(t$a), function(i) {
    m <- t$a[i] + t$c[i]
    max(0, m - t$n2[i]):min(t$n1[i], m)
  })
  grid <- expand.grid(lists)
  lw <- rowSums(sapply(seq_along(t$a), function(i) {
    m <- t$a[i] + t$c[i]
    lchoose(t$n1[i], grid[[i]]) + lchoose(t$n2[i], m - grid[[i]])
  }) |> matrix(nrow = nrow(grid)))
  list(total = rowSums(grid), lw = lw)
}

tails <- function(t, own) {             # own: share of the observed table that counts
  w <- log_weights(t)
  s <- sum(t$a)
  tail <- function(theta, upper) {
    l <- w$lw + theta * (w$total - s)
    p <- exp(l - max(l)); p <- p / sum(p)
    own * sum(p[w$total == s]) + sum(p[if (upper) w$total > s else w$total < s])
  }
  root <- function(upper) uniroot(function(x) tail(x, upper) - 0.025, c(-20, 20), tol = 1e-13)$root
  c(if (s > min(w$total)) root(TRUE) else NA, if (s < max(w$total)) root(FALSE) else NA)
}

exact <- function(t) {
  use <- t$a + t$c > 0 & t$a + t$c < t$n1 + t$n2
  t <- lapply(t, `[`, use)
  if (!length(t$a)) return(NULL)
  if (length(t$a) == 1) {
    f <- fisher.test(matrix(c(t$a, t$n1 - t$a, t$c, t$n2 - t$c), 2))
  } else {
    x <- array(rbind(t$a, t$n1 - t$a, t$c, t$n2 - t$c), c(2, 2, length(t$a)))
    f <- mantelhaen.test(x, exact = TRUE)
  }
  list(estimate = unname(f$estimate), interval = as.numeric(f$conf.int), log_exact = tails(t, 1),
       mid_p = tails(t, 0.5))
}

restricted <- function(a, n1, c, n2, delta) {   # variance at the likeliest risks, numerically
  low <- max(0, -delta); high <- min(1, 1 - delta)
  ll <- function(p2) sum(dbinom(a, n1, p2 + delta, log = TRUE), dbinom(c, n2, p2, log = TRUE))
  eps <- 1e-12
  p2 <- optimize(ll, c(low + eps, high - eps), maximum = TRUE, tol = 1e-13)$maximum
  ends <- c(low, high)
  best <- c(ll(low), ll(high))
  if (max(best) >= ll(p2)) p2 <- ends[which.max(best)]
  p1 <- p2 + delta; n <- n1 + n2
  (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1)
}

score <- function(t) {                          # weights n1 n2 / (n1 + n2)
  w <- t$n1 * t$n2 / (t$n1 + t$n2); w <- w / sum(w)
  d <- sum(w * (t$a / t$n1 - t$c / t$n2))
  far <- function(delta) {
    v <- mapply(restricted, t$a, t$n1, t$c, t$n2, MoreArgs = list(delta = delta))
    (d - delta)^2 - qnorm(0.975)^2 * sum(w^2 * v)
  }
  near <- 1e-9                                  # without events the distance is 0 at d itself
  c(d, uniroot(far, c(-1 + near, d - near), tol = 1e-13)$root,
    uniroot(far, c(d + near, 1 - near), tol = 1e-13)$root)
}

wilson <- function(x, n) as.numeric(suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int))
newcombe <- function(a, n1, c, n2) {
  p <- c(a / n1, c / n2); one <- wilson(a, n1); two <- wilson(c, n2)
  diff <- p[1] - p[2]
  c(diff - sqrt((p[1] - one[1])^2 + (two[2] - p[2])^2), diff + sqrt((one[2] - p[1])^2 + (p[2] - two[1])^2))
}

groups <- list(c(0, 44), c(0, 8), c(1, 23), c(19, 26), c(8, 8), c(1, 1), c(2, 30))
proportions <- lapply(groups, function(g) list(
  events = g[1], n = g[2], interval = as.numeric(binom.test(g[1], g[2])$conf.int),
  upper = binom.test(g[1], g[2], alternative = "less")$conf.int[2]))

found <- lapply(tables, function(t) list(
  table = t, exact = exact(t), score = score(t),
  newcombe = t(mapply(newcombe, t$a, t$n1, t$c, t$n2))))
write(toJSON(list(made_with = R.version.string, proportions = proportions, tables = found),
  digits = NA, auto_unbox = TRUE, pretty = TRUE, na = "null"), "sparse_exact.json")

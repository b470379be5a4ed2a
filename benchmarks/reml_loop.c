/* The physical limit: restricted maximum likelihood in a tight loop, one meta-analysis after
   another, by the same certified search as the package (likelihood_search.py says why it is safe).
   For the well-behaved data of the benchmark only: no missing rows, no guard against overflow. */
#include <math.h>
#include <stdlib.h>

#define SMALLEST 1e-3
#define NEAR 0.2
#define CLOSE 1e-7

typedef struct { double ratio, a, b; } Point;
typedef struct { double tau2, mean, variance, q; } Fit;

static Point at(int k, const double *y, const double *v, double vmin, double t, double *w)
{
    double s1 = 0, s2 = 0, s3 = 0, sy = 0;
    for (int j = 0; j < k; j++) {
        double x = 1.0 / (v[j] + t);
        w[j] = x; s1 += x; s2 += x * x; s3 += x * x * x; sy += x * y[j];
    }
    double mean = sy / s1, g = 0, g3 = 0, sz = 0, u = vmin + t;
    for (int j = 0; j < k; j++) {
        double z = w[j] * (y[j] - mean), wz = w[j] * z;
        g += z * z; sz += wz; g3 += wz * z;
    }
    double h = s1 - s2 / s1, h2 = s2 - 2 * s3 / s1 + s2 * s2 / (s1 * s1);
    Point p = { g / h, fmin(u * h2 / h, 1.0), fmin(u * (g3 - sz * sz / s1) / g, 1.0) };
    return p;
}

static double loglik(int k, const double *y, const double *v, double t)
{
    double s = 0, sy = 0, d = 0, q = 0;
    for (int j = 0; j < k; j++) { double x = 1 / (v[j] + t); s += x; sy += x * y[j]; d -= log(x); }
    for (int j = 0; j < k; j++) { double r = y[j] - sy / s; q += r * r / (v[j] + t); }
    return -0.5 * (d + log(s) + q);
}

static double rise(Point p)
{
    double root = sqrt(p.ratio), slope = p.a - 2 * p.b;
    double x = (slope + sqrt(slope * slope + 1.5 * (1 - 1 / p.ratio))) / 0.75;
    x = fmax(x, (root - 1) / p.b);
    for (int i = 0; i < 3; i++)
        x = fmax(x, (root / sqrt((1 + (1 - p.a) * x) / (1 + x)) - 1) / p.b);
    return fmax(x, SMALLEST);
}

static double drop(Point p)
{
    double r = fmin(p.ratio, 1.0), fall = 2 * p.b - p.a;
    double x = (fall + sqrt(fall * fall + 2.5 * (1 - r))) / 1.25;
    x = fmax(x, (1 / r - 1) / p.a);
    for (int i = 0; i < 3; i++)
        x = fmax(x, (1 / (r * (1 - p.b + p.b / ((1 + x) * (1 + x)))) - 1) / p.a);
    return fmax(x, SMALLEST);
}

static double reml(int k, const double *y, const double *v, double *w)
{
    double vmin = v[0], vmax = v[0], sum = 0, ss = 0, best = 0, t = 0, left = 0;
    int found = 0, seeking = 0;
    for (int j = 0; j < k; j++) { vmin = fmin(vmin, v[j]); vmax = fmax(vmax, v[j]); sum += y[j]; }
    for (int j = 0; j < k; j++) ss += (y[j] - sum / k) * (y[j] - sum / k);
    double df = k - 1.0, spread = vmax - vmin;
    double end = (ss + sqrt(ss * ss + 4 * df * ss * spread)) / (2 * df) * (1 + 1e-12) - vmin;
    double stop = fmin(end, vmax - 2 * vmin);
    Point p = at(k, y, v, vmin, 0, w);
    if (p.ratio <= 1) found = 1;
    for (int step = 0; step < 1000; step++) {
        double u = t + vmin, fall = 2 * p.b - p.a, linear = 2 * p.b - p.ratio * p.a, x = 1e300;
        double inner = linear * linear + 4 * p.b * p.b * (p.ratio - 1), mode = -1;
        int above = p.ratio > 1;
        if (linear > 0 && inner >= 0) x = 2 * (p.ratio - 1) / (linear + sqrt(inner));
        int close = (above || seeking) && fabs(x) < NEAR * fall && t + u * x > 0;
        if (close && fabs(x) > CLOSE * fmin(1.0, fall)) {
            if (above) { left = t; seeking = 1; }
            t += u * x;
        } else if (above && !close) {
            left = t; seeking = 1;
            t = fmin(t + u * rise(p), end);
        } else {
            if (close) mode = t + u * x;
            else if (seeking) {
                double low = left, high = t;
                for (int i = 0; i < 60; i++) {
                    double middle = 0.5 * (low + high);
                    if (at(k, y, v, vmin, middle, w).ratio > 1) low = middle; else high = middle;
                }
                mode = 0.5 * (low + high);
            }
            if (mode >= 0) {
                if (!found || loglik(k, y, v, mode) > loglik(k, y, v, best)) best = mode;
                found = 1;
            }
            seeking = 0;
            t += u * drop(p);
            if (t >= stop) break;
        }
        p = at(k, y, v, vmin, t, w);
    }
    return best;
}

static Fit fit(int k, const double *y, const double *v, double *w)
{
    Fit f = { k > 1 ? reml(k, y, v, w) : 0, 0, 0, 0 };
    double s = 0, sy = 0;
    for (int j = 0; j < k; j++) { double x = 1 / (v[j] + f.tau2); s += x; sy += x * y[j]; }
    f.mean = sy / s; f.variance = 1 / s;
    for (int j = 0; j < k; j++) f.q += (y[j] - f.mean) * (y[j] - f.mean) / (v[j] + f.tau2);
    return f;
}

static void put(double *out, long n, long i, Fit f, int k)
{
    out[i] = f.tau2; out[n + i] = f.mean;
    out[2 * n + i] = sqrt(f.variance * (k > 1 ? f.q / (k - 1) : 1));
    out[3 * n + i] = sqrt(f.variance);
}

/* Each of n rows of k studies; out holds four rows: tau2, mean, HKSJ and plain standard error. */
void fits(long n, int k, const double *y, const double *v, double *out)
{
    double *w = malloc(sizeof(double) * k);
    for (long i = 0; i < n; i++) put(out, n, i, fit(k, y + i * k, v + i * k, w), k);
    free(w);
}

/* Every subset 1 .. 2^k - 1, bit j standing for study j. */
void subsets(int k, const double *y, const double *v, double *out)
{
    double a[64], b[64], w[64];
    long n = (1L << k) - 1;
    for (long set = 1; set <= n; set++) {
        int m = 0;
        for (int j = 0; j < k; j++) if (set >> j & 1) { a[m] = y[j]; b[m] = v[j]; m++; }
        put(out, n, set - 1, fit(m, a, b, w), m);
    }
}

void leave_one_out(int k, const double *y, const double *v, double *out)
{
    double *a = malloc(sizeof(double) * 3 * k), *b = a + k, *w = b + k;
    for (int j = 1; j < k; j++) { a[j - 1] = y[j]; b[j - 1] = v[j]; }
    for (int i = 0; i < k; i++) {
        put(out, k, i, fit(k - 1, a, b, w), k - 1);
        if (i < k - 1) { a[i] = y[i]; b[i] = v[i]; }
    }
    free(a);
}

/* All changes of sign but that of the last study: tau2, mean and standard errors of each. */
void sign_changes(int k, const double *y, const double *v, double *out)
{
    double a[64], w[64];
    long n = 1L << (k - 1);
    for (long set = 0; set < n; set++) {
        for (int j = 0; j < k; j++) a[j] = set >> j & 1 ? -y[j] : y[j];
        put(out, n, set, fit(k, a, v, w), k);
    }
}

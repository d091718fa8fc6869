//! Small symmetric positive definite systems, for regressions on a few moderators.
#![expect(
    clippy::indexing_slicing,
    reason = "every index runs below the size that the matrix was made with"
)]

use super::math::{finite, ln};

/// A square matrix of a few rows, stored row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    /// A matrix of zeros.
    pub(crate) fn zeros(size: usize) -> Self {
        Self {
            size,
            cells: vec![0.0; size * size],
        }
    }

    /// Its number of rows.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The number in a row and a column, both from 0.
    pub(crate) fn get(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    /// Adds to one cell.
    pub(crate) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.size + column] += value;
    }

    /// Adds `weight` x xᵀ.
    pub(crate) fn add_outer(&mut self, x: &[f64], weight: f64) {
        for (i, a) in x.iter().enumerate() {
            let scaled = weight * a;
            for (j, b) in x.iter().enumerate() {
                self.cells[i * self.size + j] += scaled * b;
            }
        }
    }

    /// The product with a vector.
    pub(crate) fn times(&self, x: &[f64]) -> Vec<f64> {
        (0..self.size)
            .map(|i| (0..self.size).map(|j| self.get(i, j) * x[j]).sum())
            .collect()
    }

    /// The product with a matrix of the same size.
    pub(crate) fn product(&self, other: &Self) -> Self {
        let mut out = Self::zeros(self.size);
        for i in 0..self.size {
            for j in 0..self.size {
                let sum = (0..self.size)
                    .map(|m| self.get(i, m) * other.get(m, j))
                    .sum();
                out.add(i, j, sum);
            }
        }
        out
    }

    /// xᵀ M x.
    pub(crate) fn quadratic(&self, x: &[f64]) -> f64 {
        self.times(x).iter().zip(x).map(|(a, b)| a * b).sum()
    }

    /// The sum of the diagonal of M N.
    pub(crate) fn trace_of_product(&self, other: &Self) -> f64 {
        let mut sum = 0.0;
        for i in 0..self.size {
            for j in 0..self.size {
                sum += self.get(i, j) * other.get(j, i);
            }
        }
        sum
    }

    /// The rows and columns from `first` on.
    pub(crate) fn tail(&self, first: usize) -> Self {
        let mut out = Self::zeros(self.size - first);
        for i in first..self.size {
            for j in first..self.size {
                out.add(i - first, j - first, self.get(i, j));
            }
        }
        out
    }

    /// Inverse and logarithm of the determinant by Cholesky's factors, of the matrix scaled to a
    /// unit diagonal; nothing where it is not positive definite to 1e-12.
    pub(crate) fn inverse(&self) -> Option<(Self, f64)> {
        let n = self.size;
        let scale: Vec<f64> = (0..n).map(|i| 1.0 / self.get(i, i).sqrt()).collect();
        if !scale.iter().all(|s| s.is_finite() && *s > 0.0) {
            return None;
        }
        let mut lower = vec![0.0; n * n];
        let mut log_det = 0.0;
        for j in 0..n {
            let mut pivot: f64 = 1.0;
            for m in 0..j {
                pivot -= lower[j * n + m] * lower[j * n + m];
            }
            if pivot < 1e-12 {
                return None;
            }
            let root = f64::sqrt(pivot);
            lower[j * n + j] = root;
            log_det += 2.0 * (ln(root) - ln(scale[j]));
            for i in j + 1..n {
                let mut sum = self.get(i, j) * scale[i] * scale[j];
                for m in 0..j {
                    sum -= lower[i * n + m] * lower[j * n + m];
                }
                lower[i * n + j] = sum / root;
            }
        }
        // The inverse of the factor, then its product with itself.
        let mut half = vec![0.0; n * n];
        for j in 0..n {
            half[j * n + j] = 1.0 / lower[j * n + j];
            for i in j + 1..n {
                let sum: f64 = (j..i).map(|m| lower[i * n + m] * half[m * n + j]).sum();
                half[i * n + j] = -sum / lower[i * n + i];
            }
        }
        let mut inverse = Self::zeros(n);
        for i in 0..n {
            for j in 0..n {
                let sum: f64 = (i.max(j)..n)
                    .map(|m| half[m * n + i] * half[m * n + j])
                    .sum();
                inverse.add(i, j, sum * scale[i] * scale[j]);
            }
        }
        finite(log_det).map(|log_det| (inverse, log_det))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_times_the_matrix_is_the_identity() {
        let mut m = Square::zeros(3);
        for x in [
            [1.0, 2.0, 300.0],
            [1.0, -1.0, 10.0],
            [1.0, 4.0, -20.0],
            [1.0, 0.0, 7.0],
        ] {
            m.add_outer(&x, 0.5);
        }
        let (inverse, log_det) = m.inverse().unwrap();
        let product = m.product(&inverse);
        for i in 0..3 {
            for j in 0..3 {
                let want = f64::from(u8::from(i == j));
                assert!((product.get(i, j) - want).abs() < 1e-10);
            }
        }
        let det = {
            let g = |i, j| m.get(i, j);
            g(0, 0) * (g(1, 1) * g(2, 2) - g(1, 2) * g(2, 1))
                - g(0, 1) * (g(1, 0) * g(2, 2) - g(1, 2) * g(2, 0))
                + g(0, 2) * (g(1, 0) * g(2, 1) - g(1, 1) * g(2, 0))
        };
        assert!((log_det - det.ln()).abs() < 1e-10);
    }

    #[test]
    fn two_columns_that_say_the_same_have_no_inverse() {
        let mut m = Square::zeros(2);
        for x in [1.0, 2.0, 5.0] {
            m.add_outer(&[x, 3.0 * x], 1.0);
        }
        assert!(m.inverse().is_none());
    }
}

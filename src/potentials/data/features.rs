//! Features: a table of numbers with one row for each observation.

use crate::Error;
use crate::check::VectorError;
use crate::potentials::DataError;

/// A table A of finite numbers with n rows (observations) and d columns, each row contiguous in memory.
///
/// The data of a [`LogisticRegression`](crate::LogisticRegression).
///
/// ```
/// use heavyball::potentials::Features;
///
/// let table = Features::from_rows([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])?;
/// assert_eq!((table.rows(), table.columns()), (3, 2));
/// assert_eq!(table.row(1), Some(&[3.0, 4.0][..]));
/// assert_eq!(table.row(3), None);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    entries: Vec<f64>,
    columns: usize,
}

impl Features {
    /// The table with these rows, which are copied once.
    ///
    /// # Errors
    /// [`VectorError::Empty`] without rows or columns, [`DataError::RaggedRow`] for a row whose length differs from
    /// that of the first, [`DataError::NonFiniteEntry`] for an entry that is NaN or infinite; rows and columns count
    /// from 0.
    pub fn from_rows<R: AsRef<[f64]>>(rows: impl IntoIterator<Item = R>) -> Result<Self, Error> {
        let (mut entries, mut columns) = (Vec::new(), None);
        for (row, numbers) in rows.into_iter().enumerate() {
            let numbers = numbers.as_ref();
            let expected = *columns.get_or_insert(numbers.len());
            if numbers.len() != expected {
                return Err(Error::Data(DataError::RaggedRow {
                    row,
                    expected,
                    found: numbers.len(),
                }));
            }
            let mut wrong = numbers.iter().enumerate().filter(|(_, x)| !x.is_finite());
            if let Some((column, &value)) = wrong.next() {
                return Err(Error::Data(DataError::NonFiniteEntry {
                    row,
                    column,
                    value,
                }));
            }
            entries.extend_from_slice(numbers);
        }
        match columns {
            None => Err(Error::Vector(VectorError::Empty {
                name: "table of features",
            })),
            Some(0) => Err(Error::Vector(VectorError::Empty {
                name: "first row of the features",
            })),
            Some(columns) => Ok(Self { entries, columns }),
        }
    }

    /// The number n of rows.
    pub fn rows(&self) -> usize {
        self.entries.len() / self.columns
    }

    /// The number d of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Row `index`, counted from 0; `None` beyond the last.
    pub fn row(&self, index: usize) -> Option<&[f64]> {
        self.iter().nth(index)
    }

    /// The rows in order.
    ///
    /// ```
    /// # use heavyball::potentials::Features;
    /// let table = Features::from_rows([[1.0, 2.0], [3.0, 4.0]])?;
    /// let sums: Vec<f64> = table.iter().map(|row| row.iter().sum()).collect();
    /// assert_eq!(sums, [3.0, 7.0]);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn iter(&self) -> std::slice::ChunksExact<'_, f64> {
        self.entries.chunks_exact(self.columns)
    }

    /// The table with an additional last column of ones, whose weight is the intercept.
    ///
    /// Standardise before: a column of ones cannot be standardised.
    ///
    /// ```
    /// # use heavyball::potentials::Features;
    /// let table = Features::from_rows([[2.0], [3.0]])?.with_intercept();
    /// assert_eq!(table, Features::from_rows([[2.0, 1.0], [3.0, 1.0]])?);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    #[must_use]
    pub fn with_intercept(&self) -> Self {
        let extended = self.iter().flat_map(|row| row.iter().copied().chain([1.0]));
        Self {
            entries: extended.collect(),
            columns: self.columns + 1,
        }
    }

    /// The entries of column `index`, counted from 0.
    pub(super) fn column(&self, index: usize) -> impl Iterator<Item = f64> + Clone + '_ {
        let column = self.entries.iter().skip(index).step_by(self.columns);
        column.copied()
    }
}

impl<'t> IntoIterator for &'t Features {
    type Item = &'t [f64];
    type IntoIter = std::slice::ChunksExact<'t, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

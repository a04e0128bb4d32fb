//! Data: functions of a data set.
//!
//! [`LogisticRegression`] is the loss of a table of [`Features`] with two classes; [`Standardisation`] scales the
//! columns of a table.

mod error;
mod features;
mod logistic_regression;
mod standardisation;

pub use error::DataError;
pub use features::Features;
pub use logistic_regression::LogisticRegression;
pub use standardisation::Standardisation;

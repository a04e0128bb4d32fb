//! Functions of a data set: logistic regression, with its features and their standardisation.

mod error;
mod features;
mod logistic_regression;
mod standardisation;

pub use error::DataError;
pub use features::Features;
pub use logistic_regression::LogisticRegression;
pub use standardisation::Standardisation;

//! The monitor against closed forms.

mod failures;
mod noise;
mod quadratic;
mod reports;
mod samples;

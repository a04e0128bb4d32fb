//! The monitor against closed forms.

mod example;
mod failures;
mod noise;
mod quadratic;
mod reports;
mod samples;

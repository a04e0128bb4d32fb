//! Convergence: the errors of a family of runs, with the power law that they follow.
//!
//! A run depends on a parameter ε (a step Δt, a mass m, a rate α) and tends to a reference as ε → 0.
//! The table holds the largest error in x and in ẋ for each ε; the fitted exponents are the orders.

use crate::Error;
use crate::check::positive;
use crate::study::StudyError;
use crate::study::convergence::order::{Point, Rounding};
use crate::study::convergence::{Deviation, Distance, Order, SmallParameter, Title};
use std::fmt::{self, Write as _};

/// How to treat an error that may be that of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coarse {
    /// Refused.
    Refused,
    /// Treated as rounding, which ends the power law.
    CountsAsRounding,
}

/// One run of the family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The parameter of the run.
    pub parameter: f64,
    /// The largest error.
    pub error: Distance,
    /// The size of the rounding errors by the end of the run.
    rounding: Rounding,
}

/// A table of errors, coarse to fine, with their observed orders.
///
/// A [`Limit`](crate::study::Limit) makes one; [`Self::measure`] makes one of any error that can be computed. `Display`
/// gives a table to read, [`Self::to_csv`] one to compute with, and with the feature `plot`, `study::figure` a figure.
///
/// ```
/// use heavyball::study::{Convergence, Deviation, SmallParameter, Title};
///
/// // (1 + h)^(1/h) tends to e, at first order.
/// let title = Title {
///     parameter: SmallParameter::Other("h"),
///     reference: "e".into(),
///     method: "compound interest".into(),
///     start: "1".into(),
/// };
/// let table = Convergence::measure(title, &[0.1, 0.05, 0.025, 0.0125], |h| {
///     let error = (1.0 + h).powf(1.0 / h) - std::f64::consts::E;
///     Ok(Deviation::new(error.abs(), error.abs()))
/// })?;
/// let fit = table.position().fit.unwrap();
/// assert!((fit.order - 1.0).abs() < 0.05 && fit.points == 4);
/// assert!(table.to_string().contains("order"));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Convergence {
    title: Title,
    rows: Vec<Row>,
    reference: Distance,
    position: Order,
    velocity: Order,
}

impl Convergence {
    /// The table of `run` over the family of `parameters`, given in any order.
    ///
    /// # Errors
    /// [`StudyError::TooFewSteps`] for fewer than three,
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) and [`StudyError::RepeatedStep`] for
    /// parameters that are not positive and different; those of `run`; [`StudyError::ErrorNotFinite`] for an error that
    /// is infinite or NaN; [`StudyError::NothingCompared`] for a run that is compared at no time;
    /// [`StudyError::ReferenceTooCoarse`] unless the error of the reference is smaller than every error measured with
    /// it.
    pub fn measure(
        title: Title,
        parameters: &[f64],
        mut run: impl FnMut(f64) -> Result<Deviation, Error>,
    ) -> Result<Self, Error> {
        Self::tabulate(title, parameters, Coarse::Refused, &mut run)
    }

    /// As [`Self::measure`], with a choice of how to treat errors no larger than that of the reference.
    pub(in crate::study) fn tabulate(
        title: Title,
        parameters: &[f64],
        coarse: Coarse,
        run: &mut dyn FnMut(f64) -> Result<Deviation, Error>,
    ) -> Result<Self, Error> {
        let name = title.parameter.name();
        let parameters = family(name, parameters)?;
        let mut rows = Vec::with_capacity(parameters.len());
        let mut reference = Distance::default();
        for parameter in parameters {
            let deviation = run(parameter)?;
            let error = deviation.largest;
            if deviation.compared == 0 {
                return Err(Error::Study(StudyError::NothingCompared {
                    name,
                    parameter,
                }));
            }
            if !(error.position.is_finite() && error.velocity.is_finite()) {
                return Err(Error::Study(StudyError::ErrorNotFinite { name, parameter }));
            }
            let mut rounding = deviation.rounding();
            match coarse {
                Coarse::Refused => distinguishable(name, parameter, &deviation)?,
                Coarse::CountsAsRounding => {
                    let own = deviation
                        .reference
                        .position
                        .max(deviation.reference.velocity);
                    rounding.usual = rounding.usual.max(own);
                    rounding.worst = rounding.worst.max(own);
                }
            }
            reference = reference.or_more(deviation.reference);
            rows.push(Row {
                parameter,
                error,
                rounding,
            });
        }
        Ok(Self::of_rows(title, rows, reference))
    }

    fn of_rows(title: Title, rows: Vec<Row>, reference: Distance) -> Self {
        let order = |component: fn(&Distance) -> f64| {
            let point = |row: &Row| Point {
                parameter: row.parameter,
                error: component(&row.error),
                rounding: row.rounding,
            };
            Order::of(&rows.iter().map(point).collect::<Vec<_>>())
        };
        Self {
            position: order(|distance| distance.position),
            velocity: order(|distance| distance.velocity),
            title,
            rows,
            reference,
        }
    }

    /// The table of the `count` finest runs only, with their orders: without the coarse runs that follow no power law
    /// yet.
    #[must_use]
    pub fn finest(&self, count: usize) -> Self {
        let from = self.rows.len().saturating_sub(count);
        let rows = self.rows.get(from..).unwrap_or_default().to_vec();
        Self::of_rows(self.title.clone(), rows, self.reference)
    }

    /// What was compared.
    pub fn title(&self) -> &Title {
        &self.title
    }

    /// The runs, from the largest parameter to the smallest.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The order of the error in x.
    pub fn position(&self) -> &Order {
        &self.position
    }

    /// The order of the error in ẋ.
    pub fn velocity(&self) -> &Order {
        &self.velocity
    }

    /// The largest error of the references themselves; zero for closed forms.
    pub fn reference_error(&self) -> Distance {
        self.reference
    }

    /// The table as CSV: `study,method,start,dt,error_position,error_velocity`, with the name of the parameter in place
    /// of `dt`, and one row per run.
    pub fn to_csv(&self) -> String {
        convergence_csv(std::slice::from_ref(self))
    }
}

/// Several tables as one CSV; the column of the parameter is named after that of the first table.
pub fn convergence_csv(tables: &[Convergence]) -> String {
    let first = tables.first().map(|table| table.title.parameter);
    let parameter = first.unwrap_or(SmallParameter::Step).name();
    let mut csv = format!("study,method,start,{parameter},error_position,error_velocity\n");
    for table in tables {
        let Title { method, start, .. } = &table.title;
        let texts = [table.title.study(), method.to_string(), start.to_string()];
        let [study, method, start] = texts.map(|text| quoted(&text));
        for row in &table.rows {
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{study},{method},{start},{:.16e},{:.16e},{:.16e}",
                row.parameter, row.error.position, row.error.velocity
            );
        }
    }
    csv
}

/// A field of a CSV, in quotes where a comma, a quote or a line break needs them.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// The parameters from large to small; refuses those that cannot show an order.
pub(crate) fn family(name: &'static str, parameters: &[f64]) -> Result<Vec<f64>, Error> {
    let mut sorted = parameters.to_vec();
    for parameter in &sorted {
        positive(name, parameter, "; a limit is approached from above zero")?;
    }
    if sorted.len() < 3 {
        let found = sorted.len();
        return Err(Error::Study(StudyError::TooFewSteps { name, found }));
    }
    sorted.sort_by(|a, b| b.total_cmp(a));
    let repeated = sorted.windows(2).find(|pair| pair.first() == pair.last());
    match repeated.and_then(<[f64]>::first) {
        Some(value) => {
            let value = *value;
            Err(Error::Study(StudyError::RepeatedStep { name, value }))
        }
        None => Ok(sorted),
    }
}

/// Refuses an error that may be that of the reference instead of the run.
fn distinguishable(name: &'static str, parameter: f64, deviation: &Deviation) -> Result<(), Error> {
    let (error, reference) = (deviation.largest, deviation.reference);
    for (what, error, reference) in [
        ("position", error.position, reference.position),
        ("velocity", error.velocity, reference.velocity),
    ] {
        if reference > 0.0 && reference >= error {
            return Err(Error::Study(StudyError::ReferenceTooCoarse {
                what,
                reference,
                error,
                name,
                parameter,
            }));
        }
    }
    Ok(())
}

impl fmt::Display for Convergence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Title { method, start, .. } = &self.title;
        writeln!(out, "{}: {method} · {start}", self.title.study())?;
        writeln!(
            out,
            "  {:>12}  {:>12} {:>6}  {:>12} {:>6}",
            self.title.parameter.name(),
            "error in x",
            "order",
            "error in ẋ",
            "order"
        )?;
        let mut position = self.position.pairwise.iter();
        let mut velocity = self.velocity.pairwise.iter();
        for (index, row) in self.rows.iter().enumerate() {
            write!(out, "  {:>12.4e}", row.parameter)?;
            for (error, orders) in [
                (row.error.position, &mut position),
                (row.error.velocity, &mut velocity),
            ] {
                let order = if index == 0 {
                    None
                } else {
                    orders.next().copied().flatten()
                };
                let order = order.map_or_else(String::new, |order| format!("{order:.3}"));
                write!(out, "  {error:>12.4e} {order:>6}")?;
            }
            writeln!(out)?;
        }
        writeln!(out, "  order in x: {}", self.position)?;
        writeln!(out, "  order in ẋ: {}", self.velocity)?;
        if self.reference.position > 0.0 || self.reference.velocity > 0.0 {
            writeln!(
                out,
                "  reference's own error: {:.1e} in x, {:.1e} in ẋ",
                self.reference.position, self.reference.velocity
            )?;
        }
        Ok(())
    }
}

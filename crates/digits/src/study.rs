//! Study: all experiments, as tables and files.

use crate::{
    Comparison, Digits, Edge, Epoch, Error, Extent, Interval, Model, Network, Rescaling,
    Temperature, monitored,
};
use heavyball_monitor::Report;
use std::fmt::{self, Write};
use std::path::Path;

/// The results of all experiments in one framework.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// What computed the networks, for titles.
    pub framework: String,
    /// How much was run.
    pub extent: Extent,
    /// The number of images to train on.
    pub rows: usize,
    /// The rules on both networks.
    pub comparisons: Vec<Comparison>,
    /// A rate ten times as large.
    pub rescaling: Rescaling,
    /// The edge of stability.
    pub edge: Edge,
    /// Noise over the size of batches.
    pub temperature: Temperature,
    /// The ball behind one run.
    pub monitored: Report,
}

impl Study {
    /// Runs all experiments.
    ///
    /// # Errors
    /// Those of each experiment.
    pub fn run<M: Model>(framework: &str, extent: Extent) -> Result<Self, Error> {
        let digits = Digits::read()?;
        let compared = |network| Comparison::run::<M>(&digits, network, &extent);
        Ok(Self {
            framework: framework.to_owned(),
            extent,
            rows: digits.training.len(),
            comparisons: Network::ALL
                .into_iter()
                .map(compared)
                .collect::<Result<_, _>>()?,
            rescaling: Rescaling::run::<M>(&digits, &extent)?,
            edge: Edge::run::<M>(&digits, &extent)?,
            temperature: Temperature::run::<M>(&digits, &extent)?,
            monitored: monitored::<M>(&digits, &extent)?,
        })
    }

    /// Every number behind the tables and the figure: file names and CSV, with as many digits as make the numbers again.
    pub fn to_csv(&self) -> Vec<(&'static str, String)> {
        // A String takes any text.
        let mut rules = format!("network,rule,seed,{EPOCH}\n");
        for comparison in &self.comparisons {
            for (name, _, seeds) in &comparison.rules {
                let begins = format!("{},{name}", comparison.network.name());
                append(&mut rules, &begins, seeds);
            }
        }
        let mut rescaling = format!("variant,alpha,beta,batch,seed,{EPOCH}\n");
        for run in &self.rescaling.runs {
            let begins = format!("{},{},{},{}", run.name, run.alpha, run.beta, run.batch);
            append(&mut rescaling, &begins, &run.seeds);
        }
        let mut edge = "rule,alpha,beta,edge,seed,iteration,alpha_lambda_max,loss\n".to_owned();
        for rule in &self.edge.rules {
            for (seed, run) in rule.seeds.iter().enumerate() {
                for (iteration, q, loss) in run {
                    let begins = format!(
                        "\"{}\",{},{},{}",
                        rule.name, rule.alpha, rule.beta, rule.edge
                    );
                    let _ = writeln!(edge, "{begins},{seed},{iteration},{q},{loss}");
                }
            }
        }
        let mut temperature = "batch,seed,predicted,of_halves,kinetic,of_fall\n".to_owned();
        for (size, seeds) in &self.temperature.sizes {
            for (seed, warm) in seeds.iter().enumerate() {
                let crate::Warm {
                    predicted,
                    of_halves,
                    kinetic,
                    of_fall,
                } = warm;
                let _ = writeln!(
                    temperature,
                    "{size},{seed},{predicted},{of_halves},{kinetic},{of_fall}"
                );
            }
        }
        vec![
            ("rules.csv", rules),
            ("rescaling.csv", rescaling),
            ("edge.csv", edge),
            ("temperature.csv", temperature),
            ("monitored.csv", self.monitored.to_csv()),
        ]
    }

    /// Writes the figure, `digits.png`, and the files of [`Self::to_csv`] into a folder.
    ///
    /// # Errors
    /// [`Error::File`] and [`Error::Figure`].
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        std::fs::create_dir_all(folder)?;
        for (name, csv) in self.to_csv() {
            std::fs::write(folder.join(name), csv)?;
        }
        Ok(self.figure().save(folder.join("digits.png"))?)
    }
}

const EPOCH: &str = "epoch,training_loss,training_accuracy,test_loss,test_accuracy";

/// A line for each epoch of each seed.
fn append(csv: &mut String, begins: &str, seeds: &[Vec<Epoch>]) {
    for (seed, epochs) in seeds.iter().enumerate() {
        for (epoch, Epoch { training, test }) in epochs.iter().enumerate() {
            let scores = [training.loss, training.accuracy, test.loss, test.accuracy];
            let scores = scores.map(|score| score.to_string()).join(",");
            let _ = writeln!(csv, "{begins},{seed},{},{scores}", epoch + 1);
        }
    }
}

/// A factor and its interval from that of its logarithm.
fn factor(logarithm: Interval) -> String {
    let [mean, low, high] = [logarithm.mean, logarithm.low(), logarithm.high()].map(f64::exp);
    format!("{mean:.3} ({low:.3} to {high:.3})")
}

/// The tables: means over the seeds ± the half width of their 95 % intervals.
impl fmt::Display for Study {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            framework, extent, ..
        } = self;
        writeln!(
            out,
            "Digits in {framework}: means over {} seeds ± the half width of the 95 % interval.\n",
            extent.seeds
        )?;
        for comparison in &self.comparisons {
            let name = comparison.network.name();
            let epochs = extent.epochs(comparison.network);
            writeln!(out, "Network: {name}, {epochs} epochs of batches of 32")?;
            writeln!(
                out,
                "  {:<10} {:>17} {:>17} {:>15}",
                "rule", "training loss", "test loss", "test accuracy"
            )?;
            for (rule, (name, ..)) in comparison.rules.iter().enumerate() {
                let training = comparison.last(rule, |epoch| epoch.training.loss);
                let test = comparison.last(rule, |epoch| epoch.test.loss);
                let right = comparison.last(rule, |epoch| 100.0 * epoch.test.accuracy);
                writeln!(
                    out,
                    "  {name:<10} {:>17} {:>17} {:>15}",
                    format!("{training:.4}"),
                    format!("{test:.4}"),
                    format!("{right:.1} %"),
                )?;
            }
            for (rule, name) in [(1, "momentum"), (2, "Nesterov")] {
                let ratio = factor(comparison.ratio(rule, 0));
                writeln!(out, "  training loss of {name} over that of SGD: {ratio}")?;
            }
            writeln!(out)?;
        }
        writeln!(out, "Ten times the learning rate")?;
        for (number, run) in self.rescaling.runs.iter().enumerate() {
            let distance = self.rescaling.distance(number);
            writeln!(
                out,
                "  {:<11} alpha = {:.3}, beta = {:.4}, batch {:>3}: |ln| of the loss ratio {distance:.4}",
                run.name, run.alpha, run.beta, run.batch
            )?;
        }
        writeln!(
            out,
            "\nThe edge of stability: alpha lambda_max over the edge"
        )?;
        for rule in &self.edge.rules {
            writeln!(
                out,
                "  {:<18} edge {:.3}, at the start {:.3}, over the last half {:.4}",
                rule.name,
                rule.edge,
                rule.at_start(),
                rule.hovering()
            )?;
        }
        writeln!(out, "\nTemperature of the noise over the size of the batch")?;
        writeln!(
            out,
            "  {:>5} {:>10} {:>19} {:>27} {:>14}",
            "batch", "T", "of halves / T", "2K/N over T and fall", "of the fall"
        )?;
        for (number, (size, _)) in self.temperature.sizes.iter().enumerate() {
            let over = |value: fn(&crate::Warm) -> f64| self.temperature.over_seeds(number, value);
            let halves = over(|warm| warm.of_halves / warm.predicted);
            let kinetic = over(|warm| warm.kinetic / (warm.predicted + warm.of_fall));
            let fall = over(|warm| 100.0 * warm.of_fall / (warm.predicted + warm.of_fall));
            writeln!(
                out,
                "  {size:>5} {:>10.2e} {:>19} {:>27} {:>14}",
                over(|warm| warm.predicted).mean,
                halves.to_string(),
                kinetic.to_string(),
                format!("{fall:.0} %")
            )?;
        }
        let slope = self.temperature.slope(self.rows);
        writeln!(out, "  exponent of T in 1/B - 1/n: {slope:.4}")?;
        writeln!(
            out,
            "\nThe ball behind a run by momentum\n{}",
            self.monitored
        )
    }
}

//! The examples: what each writes, and one run of each that all tests of a file read.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

pub(crate) type Fallible<T> = Result<T, Box<dyn Error>>;

/// What an example writes: figures of a width and a height, and tables.
pub(crate) struct Example {
    pub(crate) name: &'static str,
    pub(crate) figures: &'static [(&'static str, u32, u32)],
    pub(crate) tables: &'static [&'static str],
}

/// Every example.
pub(crate) const EXAMPLES: [Example; 27] = [
    Example {
        name: "adaptive_mass",
        figures: &[("adaptive_mass.png", 1500, 700)],
        tables: &["adaptive_mass.csv"],
    },
    Example {
        name: "annealing",
        figures: &[("annealing.png", 1480, 700)],
        tables: &["annealing.csv"],
    },
    Example {
        name: "basins",
        figures: &[("basins.png", 1560, 1320)],
        tables: &["basins.csv"],
    },
    Example {
        name: "brownian_ball",
        figures: &[("brownian_ball.png", 1480, 1160)],
        tables: &["brownian_ball.csv"],
    },
    Example {
        name: "continuous_limit",
        figures: &[
            ("continuous_limit.png", 1400, 680),
            ("convergence.png", 1480, 700),
            ("discretizations.png", 1480, 700),
        ],
        tables: &["convergence.csv"],
    },
    Example {
        name: "conventions",
        figures: &[
            ("conventions.png", 1460, 680),
            ("rate_change.png", 1560, 760),
        ],
        tables: &["conventions.csv", "rate_change.csv"],
    },
    Example {
        name: "escape",
        figures: &[
            ("escape.png", 1400, 1000),
            ("critical_drag.png", 1480, 640),
            ("critical_beta.png", 1400, 660),
        ],
        tables: &["critical_drag.csv", "critical_beta.csv"],
    },
    Example {
        name: "escape_probability",
        figures: &[("escape_probability.png", 1480, 700)],
        tables: &["escape_probability.csv", "escape_map.csv"],
    },
    Example {
        name: "family",
        figures: &[("family.png", 1500, 760)],
        tables: &["family.csv", "family_runs.csv"],
    },
    Example {
        name: "high_resolution",
        figures: &[
            ("high_resolution.png", 1460, 640),
            ("high_resolution_orders.png", 1480, 700),
        ],
        tables: &["high_resolution.csv"],
    },
    Example {
        name: "kramers",
        figures: &[("kramers.png", 1480, 720)],
        tables: &["kramers.csv"],
    },
    Example {
        name: "lecture",
        figures: &[
            ("quartic_landscape.png", 1500, 600),
            ("quartic_iterates.png", 1200, 860),
            ("double_well_momentum.png", 1060, 780),
            ("double_well_nesterov.png", 1060, 780),
            ("double_well_kick.png", 1400, 700),
            ("particle.png", 1460, 760),
        ],
        tables: &["quartic.csv", "double_well.csv"],
    },
    Example {
        name: "lessard_cycle",
        figures: &[
            ("lessard_cycle.png", 1460, 700),
            ("lessard_step.png", 1500, 700),
        ],
        tables: &["lessard_cycle.csv", "lessard_step.csv"],
    },
    Example {
        name: "logistic_regression",
        figures: &[
            ("logistic_regression.png", 1460, 720),
            ("logistic_flow.png", 1460, 680),
        ],
        tables: &["logistic_regression.csv"],
    },
    Example {
        name: "modified_equation",
        figures: &[
            ("modified_equation.png", 1500, 620),
            ("modified_orders.png", 1480, 700),
        ],
        tables: &["modified_equation.csv"],
    },
    Example {
        name: "nesterov_flow",
        figures: &[
            ("nesterov_flow.png", 1460, 680),
            ("nesterov_orders.png", 1480, 700),
        ],
        tables: &["nesterov_flow.csv"],
    },
    Example {
        name: "overdamped_limit",
        figures: &[
            ("overdamped_limit.png", 1400, 660),
            ("overdamped_orders.png", 1480, 700),
            ("small_rate_orders.png", 1480, 700),
        ],
        tables: &["overdamped_limit.csv", "small_rate.csv"],
    },
    Example {
        name: "parameter_sweep",
        figures: &[("parameter_sweep.png", 1240, 860)],
        tables: &["parameter_sweep.csv"],
    },
    Example {
        name: "phase_portrait",
        figures: &[
            ("phase_portrait.png", 1480, 600),
            ("energy_decay.png", 1480, 680),
            ("phase_volume.png", 1480, 680),
        ],
        tables: &["energy_decay.csv", "phase_volume.csv"],
    },
    Example {
        name: "recover_sutskever",
        figures: &[("recover_sutskever.png", 1400, 680)],
        tables: &["recover_sutskever.csv"],
    },
    Example {
        name: "restart",
        figures: &[("restart.png", 1480, 700)],
        tables: &["restart.csv"],
    },
    Example {
        name: "translate",
        figures: &[("translate.png", 1460, 680)],
        tables: &["translate.csv"],
    },
    Example {
        name: "sgd_temperature",
        figures: &[("sgd_temperature.png", 1460, 720)],
        tables: &["sgd_temperature.csv"],
    },
    Example {
        name: "stability_map",
        figures: &[("stability_map.png", 1500, 1240)],
        tables: &["stability_map.csv"],
    },
    Example {
        name: "tuning",
        figures: &[
            ("tuning.png", 1480, 700),
            ("tuned_particles.png", 1480, 640),
        ],
        tables: &["tuning.csv"],
    },
    Example {
        name: "weight_decay",
        figures: &[("weight_decay.png", 1400, 660)],
        tables: &["weight_decay.csv"],
    },
    Example {
        name: "work_precision",
        figures: &[
            ("work_precision.png", 1500, 1120),
            ("work_precision_double_well.png", 1500, 1120),
        ],
        tables: &["work_precision.csv"],
    },
];

/// Builds the examples as they are now, next to this test, and returns their directory.
///
/// After `cargo test` there is nothing left to build; `cargo test --test examples` alone would not
/// have built them, or would have left an old one.
fn built() -> Fallible<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || -> Fallible<PathBuf> {
        let test = std::env::current_exe()?;
        let profile = test
            .ancestors()
            .nth(2)
            .ok_or("a test lies in target/profile/deps")?;
        let target = profile
            .parent()
            .ok_or("a profile lies in the target directory")?;
        let name = profile
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or("profile")?;
        let name = if name == "debug" { "test" } else { name };
        let status = Command::new(env!("CARGO"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args([
                "build",
                "--quiet",
                "--features",
                "plot,parallel",
                "--profile",
                name,
                "--examples",
            ])
            .arg("--target-dir")
            .arg(target)
            .status()?;
        if !status.success() {
            return Err("the examples do not build".into());
        }
        Ok(profile.join("examples"))
    };
    Ok(BUILT
        .get_or_init(|| build().map_err(|error| error.to_string()))
        .clone()?)
}

pub(crate) fn run(name: &str, arguments: &[&str]) -> Fallible<Output> {
    let program = built()?.join(format!("{name}{EXE_SUFFIX}"));
    Ok(Command::new(program).args(arguments).output()?)
}

/// A directory of its own for a test of this process.
pub(crate) fn directory(purpose: &str) -> PathBuf {
    let name = format!("examples-{}-{purpose}", std::process::id());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// What an example printed and wrote.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) directory: PathBuf,
    pub(crate) printed: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Finished {
    /// The one run of an example that all tests of a file read.
    pub(crate) fn of(name: &str) -> Fallible<&'static Self> {
        static RUNS: [OnceLock<Result<Finished, String>>; EXAMPLES.len()] =
            [const { OnceLock::new() }; EXAMPLES.len()];
        let index = EXAMPLES.iter().position(|example| example.name == name);
        let run = RUNS.get(index.ok_or("no such example")?).ok_or("no run")?;
        let finished = run.get_or_init(|| Self::run(name).map_err(|error| error.to_string()));
        Ok(finished.as_ref().map_err(String::clone)?)
    }

    /// Runs an example into a directory that does not exist yet, reads what is in it, removes it.
    fn run(name: &str) -> Fallible<Self> {
        let parent = directory(name);
        let directory = parent.join("nested");
        let output = run(name, &["--out", &directory.to_string_lossy()])?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(&directory)? {
            let entry = entry?;
            let content = std::fs::read(entry.path())?;
            files.insert(entry.file_name().to_string_lossy().into_owned(), content);
        }
        std::fs::remove_dir_all(parent)?;
        let printed = String::from_utf8(output.stdout)?;
        Ok(Self {
            directory,
            printed,
            files,
        })
    }

    pub(crate) fn file(&self, name: &str) -> Fallible<&[u8]> {
        Ok(self.files.get(name).ok_or("no such file")?)
    }

    /// The header and the rows of a table.
    pub(crate) fn csv(&self, name: &str) -> Fallible<(String, Vec<Vec<String>>)> {
        let mut lines = std::str::from_utf8(self.file(name)?)?.lines();
        let header = lines.next().ok_or("no header")?.to_owned();
        let row = |line: &str| line.split(',').map(str::to_owned).collect();
        Ok((header, lines.map(row).collect()))
    }
}

//! The figure of a study.

use crate::edge::CURVATURE;
use crate::temperature::RULE;
use crate::{Comparison, Epoch, Network, Study};
use heavyball_plot::{Axis, Color, Dash, Dots, Figure, Line, Marker, Panel};

/// Mean over the seeds of the logarithm, as a curve over the epochs.
fn mean_curve(seeds: &[Vec<Epoch>], value: impl Fn(&Epoch) -> f64) -> Vec<(f64, f64)> {
    let epochs = seeds.iter().map(Vec::len).min().unwrap_or(0);
    let point = |epoch: usize| {
        let values = seeds.iter().filter_map(|seed| seed.get(epoch));
        let logarithms: f64 = values.map(|scores| value(scores).ln()).sum();
        ((epoch + 1) as f64, (logarithms / seeds.len() as f64).exp())
    };
    (0..epochs).map(point).collect()
}

const STYLES: [(Color, Dash); 4] = [
    (Color::BLUE, Dash::Solid),
    (Color::ORANGE, Dash::Dashed),
    (Color::GREEN, Dash::Dotted),
    (Color::BLACK, Dash::Solid),
];

impl Study {
    /// Losses by rule, the rate ten times as large, the edge of stability, and the temperature.
    pub fn figure(&self) -> Figure {
        let caption = format!(
            "1438 images of 8 × 8 pixels to train on, 359 to test on; networks 64-32-10 with tanh, and of two convolutions with ReLU. Batches of 32, cross-entropy; \
             SGD with α = 0.1, momentum and Nesterov's rule with α = 0.01 and β = 0.9, AdamW with 0.001 and a decay of 0.01. Geometric means over {} seeds. Edge: \
             every third image, all in one batch, squared errors, one seed, α for the edge at λ = {CURVATURE}. Temperature: from the network after {} epochs, α = {}, β = {}.",
            self.extent.seeds, self.extent.warm_epochs, RULE.0, RULE.1
        );
        let losses = self.comparisons.iter().map(losses);
        Figure::new(format!(
            "Real training: handwritten digits in {}",
            self.framework
        ))
        .caption(caption)
        .size(1500, 1500)
        .columns(2)
        .panels(losses)
        .panel(self.errors())
        .panel(self.rescaled())
        .panel(self.at_edge())
        .panel(self.temperatures())
    }

    fn errors(&self) -> Panel {
        let mut panel = Panel::new()
            .title("Wrong on the test set")
            .x_axis(Axis::new("epoch"))
            .y_axis(Axis::new("share of the images, %"));
        let dashes = [Dash::Solid, Dash::Dashed];
        for (comparison, dash) in self.comparisons.iter().zip(dashes) {
            for (rule, color) in [(1, Color::ORANGE), (3, Color::BLACK)] {
                let Some((name, _, seeds)) = comparison.rules.get(rule) else {
                    continue;
                };
                let wrong = |scores: &Epoch| (100.0 * (1.0 - scores.test.accuracy)).max(1e-3);
                let label = format!("{name}, {}", comparison.network.name());
                let line = Line::new(label, mean_curve(seeds, wrong));
                panel = panel.layer(line.color(color).dash(dash));
            }
        }
        panel
    }

    fn rescaled(&self) -> Panel {
        let panel = Panel::new()
            .title("Ten times the learning rate")
            .x_axis(Axis::new("epoch"))
            .y_axis(Axis::new("training loss").logarithmic());
        let runs = self.rescaling.runs.iter().zip(STYLES);
        panel.layers(runs.map(|(run, (color, dash))| {
            let label = format!(
                "{}: α = {}, β = {:.3}, batch {}",
                run.name,
                short(run.alpha),
                run.beta,
                run.batch
            );
            let loss = |scores: &Epoch| scores.training.loss;
            Line::new(label, mean_curve(&run.seeds, loss))
                .color(color)
                .dash(dash)
        }))
    }

    fn at_edge(&self) -> Panel {
        let panel = Panel::new()
            .title("The largest curvature against the edge")
            .x_axis(Axis::new("iteration"))
            .y_axis(Axis::new("largest αλ over the edge"))
            .horizontal(1.0, "");
        let rules = self.edge.rules.iter().zip(STYLES);
        panel.layers(rules.map(|(rule, (color, _))| {
            let run = rule.seeds.first().map_or(&[][..], |run| run);
            let points = run.iter().map(|(k, q, _)| (*k as f64, q / rule.edge));
            Line::new(rule.name, points.collect::<Vec<_>>())
                .color(color)
                .width(1.4)
        }))
    }

    fn temperatures(&self) -> Panel {
        let over = |value: fn(&crate::Warm) -> f64| {
            let sizes = self.temperature.sizes.iter().enumerate();
            let point = |(number, (size, _)): (usize, &(usize, Vec<crate::Warm>))| {
                (
                    *size as f64,
                    self.temperature.over_seeds(number, value).mean,
                )
            };
            sizes.map(point).collect::<Vec<_>>()
        };
        let dots = |label, points, color, marker| {
            Dots::new(label, points)
                .color(color)
                .marker(marker)
                .size(6.0)
        };
        Panel::new()
            .title("Temperature over the size of the batch")
            .x_axis(Axis::new("rows of a batch, B").logarithmic())
            .y_axis(Axis::new("unit of the loss").logarithmic())
            .layer(Line::new("T, from single rows", over(|warm| warm.predicted)).color(Color::BLUE))
            .layer(dots(
                "T, from halves of batches",
                over(|warm| warm.of_halves),
                Color::BLUE,
                Marker::Dot,
            ))
            .layer(
                Line::new("T and the fall", over(|warm| warm.predicted + warm.of_fall))
                    .color(Color::VERMILLION)
                    .dash(Dash::Dashed),
            )
            .layer(dots(
                "2K/N, of the motion",
                over(|warm| warm.kinetic),
                Color::VERMILLION,
                Marker::Square,
            ))
    }
}

/// The losses of a comparison.
fn losses(comparison: &Comparison) -> Panel {
    let title = match comparison.network {
        Network::TwoLayers => "Loss of the network of two layers",
        Network::Convolutional => "Loss of the convolutional network",
    };
    let panel = Panel::new()
        .title(title)
        .x_axis(Axis::new("epoch"))
        .y_axis(Axis::new("training loss").logarithmic());
    let rules = comparison.rules.iter().zip(STYLES);
    panel.layers(rules.map(|((name, _, seeds), (color, dash))| {
        let loss = |scores: &Epoch| scores.training.loss;
        Line::new(*name, mean_curve(seeds, loss))
            .color(color)
            .dash(dash)
    }))
}

/// At most four significant digits.
fn short(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

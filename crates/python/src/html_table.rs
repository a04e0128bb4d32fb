//! Tables in HTML, which notebooks show in the place of a repr.

/// A table of names and values under a caption.
pub(crate) fn html_table(caption: &str, rows: &[(&str, String)]) -> String {
    let rows: String = rows
        .iter()
        .map(|(name, value)| {
            format!(
                "<tr><th>{}</th><td>{}</td></tr>",
                escaped(name),
                escaped(value)
            )
        })
        .collect();
    format!(
        "<table><caption>{}</caption>{rows}</table>",
        escaped(caption)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

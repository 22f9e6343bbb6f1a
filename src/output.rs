//! The only printer: results to standard output, everything else to standard error.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stderr, Stdout, Write};
use std::time::Duration;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use scoring::read::Progress;

use crate::exit::Failure;

/// Where words go.
#[derive(Debug)]
pub struct Output {
    out: BufWriter<Stdout>,
    err: Stderr,
    /// Nobody reads standard output any more.
    closed: bool,
}

impl Output {
    /// Standard output and standard error.
    pub fn new() -> Self {
        Self { out: BufWriter::new(io::stdout()), err: io::stderr(), closed: false }
    }

    /// Prints a line of results.
    pub fn line(&mut self, line: impl Display) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let printed = writeln!(self.out, "{line}");
        self.unless_closed(printed)
    }

    /// Prints a blank line.
    pub fn blank(&mut self) -> io::Result<()> {
        self.line("")
    }

    /// Prints a table, two blanks between its columns.
    pub fn table(&mut self, headings: &[(&str, Align)], rows: &[Vec<String>]) -> io::Result<()> {
        let mut table = Table::new();
        table.load_style(NOTHING).set_header(headings.iter().map(|(heading, _)| *heading));
        table.add_rows(rows.iter().map(|row| row.iter().map(|cell| plain(cell))));
        for (column, (_, align)) in table.column_iter_mut().zip(headings) {
            column.set_padding((2, 0));
            column.set_cell_alignment(match align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        self.line(table.trim_fmt())
    }

    /// Says something beside the results.
    pub fn note(&mut self, note: impl Display) -> io::Result<()> {
        self.finish()?;
        writeln!(self.err, "{note}")
    }

    /// Says what clap has to say: help, the version, or what is wrong with the usage.
    pub fn usage(&mut self, usage: &clap::Error) {
        // Nothing can be said when neither stream takes it.
        let _ = usage.print();
    }

    /// Says why a command failed: the causes in a chain, and a way out.
    pub fn failure(&mut self, failure: &Failure) {
        let mut text = String::new();
        if let Failure::PolicyFaulty { findings, .. } = failure {
            text.push_str(&plain_lines(findings));
            text.push('\n');
        }
        text.push_str(&format!("error: {}", plain_lines(&failure.to_string())));
        let mut cause = failure.source();
        while let Some(error) = cause {
            text.push_str(&format!(": {}", plain_lines(&error.to_string())));
            cause = error.source();
        }
        if let Some(hint) = failure.hint() {
            text.push_str(&format!("\n\nhint: {hint}"));
        }
        // Nothing can be said when standard error does not take it; the exit status still speaks.
        let _ = self.note(text);
    }

    /// Sends out what is still held back.
    pub fn finish(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.unless_closed(flushed)
    }

    /// Shows how far reading is: on a terminal, and when it is wanted.
    pub fn reading(&self, wanted: bool) -> Reading {
        let target =
            if wanted && self.err.is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Reading::new(ProgressBar::with_draw_target(None, target))
    }

    /// A reader that has seen enough (`kaohe … | head`) is no failure.
    fn unless_closed(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }
}

/// To which side the cells of a column stand.
#[derive(Debug, Clone, Copy)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A text without characters that would move the cursor or change the terminal: names come from files.
pub fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Several lines of such text.
fn plain_lines(text: &str) -> String {
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

/// A bar that shows how far reading is, and then which stage runs.
#[derive(Debug)]
pub struct Reading {
    bar: ProgressBar,
}

impl Reading {
    fn new(bar: ProgressBar) -> Self {
        let style = "reading {wide_bar} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {msg}  {eta}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Takes in how far reading is.
    pub fn at(&self, progress: Progress) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_length(progress.total_bytes);
        self.bar.set_position(progress.bytes);
        self.bar.set_message(format!("{} rows", HumanCount(progress.rows)));
    }

    /// Says which stage runs now.
    pub fn stage(&self, stage: &'static str) {
        if self.bar.is_hidden() {
            return;
        }
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}") {
            self.bar.set_style(style);
        }
        self.bar.set_message(stage);
        self.bar.enable_steady_tick(Duration::from_millis(100));
    }

    /// Takes the bar away, and says how long it all took.
    pub fn done(self, rows: u64, output: &mut Output) -> io::Result<()> {
        if self.bar.is_hidden() {
            return Ok(());
        }
        let elapsed = self.bar.elapsed();
        self.bar.finish_and_clear();
        let time = if elapsed.as_secs() < 60 {
            format!("{:.1} s", elapsed.as_secs_f32())
        } else {
            HumanDuration(elapsed).to_string()
        };
        output.note(format_args!("{} rows in {time}\n", HumanCount(rows)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_change_the_terminal() {
        assert_eq!(plain("市\u{1b}[31m财政局\n"), "市 [31m财政局 ");
        assert_eq!(plain_lines("a\u{7}\n\r\u{1b}b\n"), "a \n  b\n");
    }
}

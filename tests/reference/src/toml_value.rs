//! A TOML document whose numbers keep the text they were written with.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use toml::de::{DeTable, DeValue};

use crate::number::{self, Q};

#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    Number(String),
    Flag(bool),
    Date(String),
    List(Vec<Value>),
    Table(Table),
}

#[derive(Clone, Debug, Default)]
pub struct Table(pub BTreeMap<String, Value>);

pub fn load(path: &Path) -> Result<Table, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse(text.strip_prefix('\u{FEFF}').unwrap_or(&text)).map_err(|error| format!("{}: {error}", path.display()))
}

pub fn parse(text: &str) -> Result<Table, String> {
    let document = DeTable::parse(text).map_err(|error| error.to_string())?;
    Ok(table(document.get_ref()))
}

fn table(source: &DeTable) -> Table {
    Table(source.iter().map(|(key, value)| (key.get_ref().to_string(), convert(value.get_ref()))).collect())
}

fn convert(source: &DeValue) -> Value {
    match source {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Number(number.to_string()),
        DeValue::Float(number) => Value::Number(number.as_str().to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| convert(item.get_ref())).collect()),
        DeValue::Table(inner) => Value::Table(table(inner)),
    }
}

impl Value {
    pub fn as_number(&self) -> Result<Q, String> {
        match self {
            Value::Number(text) | Value::Text(text) => number::parse(&text.replace('_', ""))
                .map(|written| written.value)
                .ok_or_else(|| format!("`{text}` is no number")),
            other => Err(format!("{other:?} is no number")),
        }
    }

    pub fn as_text(&self) -> Result<String, String> {
        match self {
            Value::Text(text) => Ok(text.clone()),
            other => Err(format!("{other:?} is no text")),
        }
    }
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    pub fn table(&self, key: &str) -> Result<Table, String> {
        match self.get(key) {
            None => Ok(Table::default()),
            Some(Value::Table(table)) => Ok(table.clone()),
            Some(_) => Err(format!("`{key}` is no table")),
        }
    }

    pub fn tables(&self, key: &str) -> Result<Vec<Table>, String> {
        self.list(key)?
            .iter()
            .map(|value| match value {
                Value::Table(table) => Ok(table.clone()),
                _ => Err(format!("`{key}` holds more than tables")),
            })
            .collect()
    }

    pub fn list(&self, key: &str) -> Result<Vec<Value>, String> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(Value::List(list)) => Ok(list.clone()),
            Some(_) => Err(format!("`{key}` is no list")),
        }
    }

    pub fn texts(&self, key: &str) -> Result<Vec<String>, String> {
        self.list(key)?.iter().map(Value::as_text).collect()
    }

    pub fn numbers(&self, key: &str) -> Result<Vec<Q>, String> {
        self.list(key)?.iter().map(Value::as_number).collect()
    }

    pub fn text(&self, key: &str) -> Result<Option<String>, String> {
        self.get(key).map(Value::as_text).transpose()
    }

    pub fn text_or(&self, key: &str, default: &str) -> Result<String, String> {
        Ok(self.text(key)?.unwrap_or_else(|| default.to_string()))
    }

    pub fn number(&self, key: &str) -> Result<Option<Q>, String> {
        self.get(key).map(Value::as_number).transpose().map_err(|error| format!("`{key}`: {error}"))
    }

    pub fn number_or(&self, key: &str, default: i64) -> Result<Q, String> {
        Ok(self.number(key)?.unwrap_or_else(|| number::whole(default)))
    }

    pub fn count(&self, key: &str) -> Result<Option<i64>, String> {
        match self.number(key)? {
            None => Ok(None),
            Some(number) if number.is_integer() => {
                number.to_integer().to_string().parse().map(Some).map_err(|_| format!("`{key}` is too large"))
            }
            Some(_) => Err(format!("`{key}` is no whole number")),
        }
    }

    pub fn flag(&self, key: &str) -> Result<bool, String> {
        match self.get(key) {
            None => Ok(false),
            Some(Value::Flag(flag)) => Ok(*flag),
            Some(_) => Err(format!("`{key}` is neither true nor false")),
        }
    }

    pub fn date(&self, key: &str) -> Result<Option<NaiveDate>, String> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Date(text) | Value::Text(text)) => plain_date(text).map(Some),
            Some(_) => Err(format!("`{key}` is no date")),
        }
    }

    /// One of some words; the first is the default. Gives its place.
    pub fn choice(&self, key: &str, words: &[&str]) -> Result<usize, String> {
        let word = self.text_or(key, words[0])?;
        words.iter().position(|known| *known == word).ok_or_else(|| format!("`{key}` cannot be `{word}`"))
    }
}

pub fn plain_date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| format!("`{text}` is no date"))
}

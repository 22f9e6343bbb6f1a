//! A JSON Schema of policies, for editors: completion, and a red line under a wrong key.

use serde_json::{Map, Value, json};

use super::keys::{Key, Kind, keys};

/// The schema, as JSON.
pub fn schema() -> String {
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kaohe policy",
        "type": "object",
        "additionalProperties": false,
        "properties": {},
        "required": [],
    });
    for key in keys() {
        let segments: Vec<&str> = key.path.split('.').collect();
        insert(&mut root, &segments, key);
    }
    format!("{root:#}\n")
}

/// Puts a key below the object that its path leads to.
fn insert(object: &mut Value, path: &[&str], key: &Key) {
    let [name, rest @ ..] = path else { return };
    let (name, in_list) = match name.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (*name, false),
    };
    if rest.is_empty() {
        if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert(name.to_owned(), described(key));
        }
        if let Some(required) = object.get_mut("required").and_then(Value::as_array_mut)
            && key.is_needed()
        {
            required.push(json!(name));
        }
        return;
    }
    let child = object.get_mut("properties").and_then(|properties| properties.get_mut(name));
    let child = if in_list { child.and_then(|list| list.get_mut("items")) } else { child };
    if let Some(child) = child {
        insert(child, rest, key);
    }
}

fn described(key: &Key) -> Value {
    let mut value = of_kind(key.kind);
    let unit = if key.unit.is_empty() { String::new() } else { format!(" Unit: {}.", key.unit) };
    let default = if key.is_needed() { String::new() } else { format!(" Default: {}.", key.default) };
    if let Some(object) = value.as_object_mut() {
        object.insert("description".to_owned(), json!(format!("{}.{unit}{default}", key.about)));
    }
    value
}

fn object() -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": Map::new(), "required": [] })
}

fn number() -> Value {
    json!({ "type": ["number", "string"], "pattern": "^[+-]?[0-9]+([.][0-9]+|/[0-9]+)?$" })
}

fn of_kind(kind: Kind) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Number => number(),
        Kind::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::PlacesOrNone(least, most) => {
            json!({ "anyOf": [{ "type": "integer", "minimum": least, "maximum": most }, { "const": "none" }] })
        }
        Kind::Words(words) => json!({ "enum": words }),
        Kind::Texts | Kind::Conditions => list(json!({ "type": "string" })),
        Kind::WordList(words) => list(json!({ "enum": words })),
        Kind::Numbers => list(number()),
        Kind::Pairs => list(json!({ "type": "array", "items": number(), "minItems": 2, "maxItems": 2 })),
        Kind::Table => object(),
        Kind::Map => {
            json!({ "type": "object", "additionalProperties": number(), "properties": Map::new(), "required": [] })
        }
        Kind::Tables => list(object()),
    }
}

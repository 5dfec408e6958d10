//! Walks rustdoc's description of a crate from its root along what is public.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::declaration::{self, list, text};

/// The traits that the compiler implements by itself and on which users rely.
const AUTO_TRAITS: [&str; 3] = ["Send", "Sync", "Unpin"];

/// One line for each public item, sorted: its path, then its declaration.
pub(crate) fn lines(description: &Value) -> Vec<String> {
    Api::of(description).lines.into_iter().collect()
}

/// The paths of the types, traits, functions and macros whose documentation has no example.
pub(crate) fn without_example(description: &Value) -> Vec<String> {
    Api::of(description).without_example.into_iter().collect()
}

struct Api<'a> {
    index: &'a Value,
    lines: BTreeSet<String>,
    without_example: BTreeSet<String>,
}

impl<'a> Api<'a> {
    fn of(description: &'a Value) -> Self {
        let index = &description["index"];
        let mut api = Self { index, lines: BTreeSet::new(), without_example: BTreeSet::new() };
        let root = &index[description["root"].to_string()];
        api.add_all(text(&root["name"]), list(&root["inner"]["module"]["items"]));
        api
    }

    fn look_for_example(&mut self, path: &str, kind: &str, item: &Value) {
        let needs_one = ["function", "struct", "enum", "union", "trait", "macro", "proc_macro"];
        if needs_one.contains(&kind) && !text(&item["docs"]).contains("```") {
            self.without_example.insert(path.to_owned());
        }
    }

    /// An item of this crate; `None` where it is hidden or of another crate.
    fn item(&self, id: &Value) -> Option<&'a Value> {
        self.index.get(id.to_string())
    }

    fn add_line(&mut self, path: &str, declaration: &str) {
        self.lines.insert(format!("{path}: {declaration}"));
    }

    fn add_all(&mut self, parent: &str, ids: &[Value]) {
        for id in ids {
            let Some(item) = self.item(id) else { continue };
            let path = format!("{parent}::{}", text(&item["name"]));
            self.add(&path, parent, item);
        }
    }

    fn add(&mut self, path: &str, parent: &str, item: &'a Value) {
        let Some((kind, inner)) = item["inner"].as_object().and_then(|inner| inner.iter().next())
        else {
            return;
        };
        match kind.as_str() {
            "module" => self.add_module(path, inner),
            "use" => self.add_use(parent, inner),
            "impl" => {}
            _ => {
                self.look_for_example(path, kind, item);
                let attributes = declaration::attributes(item);
                let declaration = declaration::of(kind, text(&item["name"]), inner);
                self.add_line(path, &format!("{attributes}{declaration}"));
                self.add_parts(path, item, inner);
            }
        }
    }

    fn add_module(&mut self, path: &str, module: &'a Value) {
        self.add_line(path, "mod");
        self.add_all(path, list(&module["items"]));
    }

    /// An item of this crate stands under its public name alone.
    fn add_use(&mut self, parent: &str, import: &'a Value) {
        let path = format!("{parent}::{}", text(&import["name"]));
        match self.item(&import["id"]) {
            Some(item) if import["is_glob"] == false => self.add(&path, parent, item),
            _ => {
                let star = if import["is_glob"] == true { "::*" } else { "" };
                self.add_line(&path, &format!("use {}{star}", text(&import["source"])));
            }
        }
    }

    /// The fields, variants, items of a trait and implementations.
    fn add_parts(&mut self, path: &str, item: &'a Value, inner: &'a Value) {
        self.add_all(path, list(&inner["fields"]));
        self.add_all(path, list(&inner["kind"]["plain"]["fields"]));
        self.add_all(path, list(&inner["variants"]));
        self.add_all(path, list(&inner["items"]));
        for id in list(&inner["kind"]["tuple"]) {
            self.add_all(path, std::slice::from_ref(id));
        }
        for field in ["tuple", "struct"] {
            let kind = &inner["kind"][field];
            self.add_all(path, list(&kind["fields"]));
        }
        for id in list(&inner["impls"]) {
            if let Some(implementation) = self.item(id) {
                self.add_impl(path, &item["id"], &implementation["inner"]["impl"]);
            }
        }
    }

    fn add_impl(&mut self, path: &str, own_id: &Value, implementation: &'a Value) {
        let implemented = &implementation["trait"];
        let name = text(&implemented["path"]);
        let of_another = implementation["for"]["resolved_path"]["id"]
            .as_u64()
            .is_some_and(|id| Some(id) != own_id.as_u64());
        let unasked = implementation["is_synthetic"] == true && !AUTO_TRAITS.contains(&name)
            || !implementation["blanket_impl"].is_null()
            || name == "StructuralPartialEq";
        if of_another || unasked {
            return;
        }
        let head = declaration::impl_head(implementation);
        let index = self.index;
        let ids = list(&implementation["items"]).iter();
        let items = ids.filter_map(|id| index.get(id.to_string()));
        if implemented.is_null() {
            self.add_inherent(path, &head, items);
            return;
        }
        let types = items.map(|item| (text(&item["name"]), &item["inner"]["assoc_type"]));
        let types = types.filter(|(_, ty)| ty.is_object());
        let types: Vec<_> =
            types.map(|(name, ty)| declaration::of("assoc_type", name, ty)).collect();
        match types.join("; ") {
            types if types.is_empty() => self.add_line(path, &head),
            types => self.add_line(path, &format!("{head} {{ {types} }}")),
        }
    }

    fn add_inherent(&mut self, path: &str, head: &str, items: impl Iterator<Item = &'a Value>) {
        for item in items.filter(|item| item["visibility"] == "public") {
            let (kind, inner) = declaration::kind_of(item);
            let name = text(&item["name"]);
            self.look_for_example(&format!("{path}::{name}"), kind, item);
            let attributes = declaration::attributes(item);
            let declaration = declaration::of(kind, name, inner);
            // A head with parameters may hold conditions, which are the method's too.
            let place =
                if head.starts_with("impl<") { format!(" in {head}") } else { String::new() };
            self.add_line(&format!("{path}::{name}"), &format!("{attributes}{declaration}{place}"));
        }
    }
}

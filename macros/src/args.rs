//! What stands in the parentheses of an attribute.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Path, Token, Type};

use crate::errors::Errors;
use crate::root::Root;

/// What the function becomes.
pub(crate) enum Kind {
    Task,
    Generator { item: Box<Type>, resume: Box<Type> },
    Stream { item: Box<Type> },
}

/// The largest frame that is allowed, and where that is written.
pub(crate) struct MaxFrame {
    pub(crate) bytes: usize,
    pub(crate) at: Span,
}

/// What `#[coweave::coroutine(…)]` says.
pub(crate) struct Args {
    pub(crate) kind: Kind,
    pub(crate) root: Root,
    pub(crate) max_frame: Option<MaxFrame>,
}

const OPTIONS: &str =
    "`yield = T`, `resume = R`, `stream = T`, `max_frame = BYTES` and `crate = PATH`";

#[derive(Default)]
struct Options {
    item: Option<(Ident, Box<Type>)>,
    resume: Option<(Ident, Box<Type>)>,
    stream: Option<(Ident, Box<Type>)>,
    max_frame: Option<MaxFrame>,
    root: Option<Root>,
}

/// Reads the options. After a mistake it goes on with what was most likely meant.
pub(crate) fn parse(args: TokenStream, errors: &mut Errors) -> Args {
    let mut options = Options::default();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            options.read_one(input, errors)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = read.parse2(args) {
        errors.push(error);
    }
    let max_frame = options.max_frame.take();
    let root = options.root.take().unwrap_or_default();
    Args { kind: options.into_kind(errors), root, max_frame }
}

impl Options {
    fn read_one(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format!("expected an option: {OPTIONS}")));
        }
        let name = input.call(Ident::parse_any)?;
        let spelt = name.to_string();
        let Some(meant) = meaning(&spelt) else {
            errors.at(&name, format!("there is no option `{spelt}`; there are {OPTIONS}"));
            return skip_to_comma(input);
        };
        if spelt != meant {
            errors.at(&name, format!("there is no option `{spelt}`; did you mean `{meant}`?"));
        }
        if !input.peek(Token![=]) || input.peek2(Token![,]) || is_last_token(input) {
            errors.at(&name, needs(meant));
            return skip_to_comma(input);
        }
        input.parse::<Token![=]>()?;
        let is_repeated = match meant {
            "max_frame" => self.read_max_frame(input, errors)?,
            "crate" => {
                let ahead = input.fork();
                let Ok(path) = ahead.call(Path::parse_mod_style) else {
                    let message = needs(meant);
                    errors.push(input.error(message));
                    return skip_to_comma(input);
                };
                input.advance_to(&ahead);
                self.root.replace(Root::named(&path)).is_some()
            }
            "yield" => keep_first(&mut self.item, &name, input.parse()?),
            "resume" => keep_first(&mut self.resume, &name, input.parse()?),
            _ => keep_first(&mut self.stream, &name, input.parse()?),
        };
        if is_repeated {
            errors.at(&name, format!("`{meant}` is given twice; remove one"));
        }
        Ok(())
    }

    fn read_max_frame(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<bool> {
        let value: syn::Expr = input.parse()?;
        let bytes = match &value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. })
                if matches!(lit.suffix(), "" | "usize") =>
            {
                lit.base10_parse().ok()
            }
            _ => None,
        };
        let Some(bytes) = bytes else {
            let message = "`max_frame` takes a number of bytes, written out: `max_frame = 256`";
            errors.at(&value, message);
            return Ok(false);
        };
        if bytes == 0 {
            let message = "every frame takes a byte at least; without a limit, remove `max_frame`";
            errors.at(&value, message);
            return Ok(false);
        }
        Ok(self.max_frame.replace(MaxFrame { bytes, at: value.span() }).is_some())
    }

    fn into_kind(self, errors: &mut Errors) -> Kind {
        match self {
            Self { item: None, resume: None, stream: None, .. } => Kind::Task,
            Self { item, resume, stream: Some((_, ty)), .. } => {
                if let Some((name, _)) = item {
                    errors.at(
                        name,
                        "`stream = T` already says what is yielded; remove `yield`, or \
                         remove `stream` to make a generator",
                    );
                }
                if let Some((name, _)) = resume {
                    errors.at(
                        name,
                        "a stream is resumed by whoever polls it, with no value; remove \
                         `resume`, or make a generator with `yield = T`",
                    );
                }
                Kind::Stream { item: ty }
            }
            Self { item: Some((name, item)), resume, stream: None, .. } => {
                let span = name.span();
                let resume = resume
                    .map_or_else(|| Box::new(syn::parse_quote_spanned!(span=> ())), |(_, ty)| ty);
                Kind::Generator { item, resume }
            }
            Self { item: None, resume: Some((name, resume)), stream: None, .. } => {
                errors.at(
                    name,
                    "`resume = R` is what a `yield` evaluates to, so it needs `yield = T` as well",
                );
                Kind::Generator { item: Box::new(syn::parse_quote!(())), resume }
            }
        }
    }
}

/// Fills `slot`; says whether it was full.
fn keep_first(slot: &mut Option<(Ident, Box<Type>)>, name: &Ident, ty: Box<Type>) -> bool {
    let is_repeated = slot.is_some();
    slot.get_or_insert_with(|| (name.clone(), ty));
    is_repeated
}

fn is_last_token(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![=]>().is_ok() && ahead.is_empty()
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

/// The option that is meant by a name, also by what other crates call it.
fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "yield" | "yields" | "yeild" | "yelds" | "yild" | "yielding" | "item" => "yield",
        "resume" | "resumes" | "resume_with" | "send" | "arg" => "resume",
        "stream" | "streams" | "stream_of" | "streaming" => "stream",
        "max_frame" | "max_size" | "max_frame_size" | "frame" | "maxframe" => "max_frame",
        "crate" | "krate" | "crate_path" | "crate_name" | "path" => "crate",
        _ => return None,
    })
}

fn needs(option: &str) -> &'static str {
    match option {
        "yield" => "`yield` needs a type: `yield = u32`",
        "resume" => "`resume` needs a type: `resume = u32`",
        "stream" => "`stream` needs a type: `stream = u32`",
        "max_frame" => "`max_frame` needs a number of bytes: `max_frame = 256`",
        _ => "`crate` needs the path of this library: `crate = my_coweave`",
    }
}

/// For the attributes of entry points, which take nothing but the path of the library.
pub(crate) fn parse_entry(args: TokenStream, attribute: &str, errors: &mut Errors) -> Root {
    let read = |input: ParseStream<'_>| {
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        let path = input.call(Path::parse_mod_style)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Root::named(&path))
    };
    if args.is_empty() {
        return Root::default();
    }
    read.parse2(args.clone()).unwrap_or_else(|_| {
        let message =
            format!("`#[coweave::{attribute}]` takes no option but `crate = PATH`; remove this");
        errors.at(quote!(#args), message);
        Root::default()
    })
}

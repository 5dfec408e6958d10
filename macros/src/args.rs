//! What stands in the parentheses of `#[coroutine]`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::Type;
use syn::parse::ParseStream;
use syn::spanned::Spanned;

use crate::errors::Errors;
use crate::options::{NEEDS_ROOT, Options, means_root};
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

const OPTIONS: Options = Options {
    list: "`yield = T`, `resume = R`, `stream = T`, `max_frame = BYTES` and `crate = PATH`",
    meaning,
    needs,
};

#[derive(Default)]
struct Given {
    item: Option<(Ident, Box<Type>)>,
    resume: Option<(Ident, Box<Type>)>,
    stream: Option<(Ident, Box<Type>)>,
    max_frame: Option<MaxFrame>,
    root: Option<Root>,
}

/// Reads the options. After a mistake it goes on with what was most likely meant.
pub(crate) fn parse(args: TokenStream, errors: &mut Errors) -> Args {
    let mut given = Given::default();
    OPTIONS.read(args, errors, |name, meant, input, errors| match meant {
        "max_frame" => given.read_max_frame(input, errors),
        "crate" => OPTIONS.read_root(&mut given.root, input, errors),
        "yield" => Ok(keep_first(&mut given.item, name, input.parse()?)),
        "resume" => Ok(keep_first(&mut given.resume, name, input.parse()?)),
        _ => Ok(keep_first(&mut given.stream, name, input.parse()?)),
    });
    let max_frame = given.max_frame.take();
    let root = given.root.take().unwrap_or_default();
    Args { kind: given.into_kind(errors), root, max_frame }
}

impl Given {
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

fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "yield" | "yields" | "yeild" | "yelds" | "yild" | "yielding" | "item" => "yield",
        "resume" | "resumes" | "resume_with" | "send" | "arg" => "resume",
        "stream" | "streams" | "stream_of" | "streaming" => "stream",
        "max_frame" | "max_size" | "max_frame_size" | "frame" | "maxframe" => "max_frame",
        name if means_root(name) => "crate",
        _ => return None,
    })
}

fn needs(option: &str) -> &'static str {
    match option {
        "yield" => "`yield` needs a type: `yield = u32`",
        "resume" => "`resume` needs a type: `resume = u32`",
        "stream" => "`stream` needs a type: `stream = u32`",
        "max_frame" => "`max_frame` needs a number of bytes: `max_frame = 256`",
        _ => NEEDS_ROOT,
    }
}

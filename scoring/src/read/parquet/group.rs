//! The columns of a row group, as polars decodes them.
//!
//! Columns of names and words say the same few texts in many rows, and most files hold each text of such a column once,
//! in a dictionary. polars gives its own categories as they stand in the file, without spreading them over the rows;
//! so that is what such a column is said to be.

use std::io::Cursor;
use std::ops::Range;

use polars::prelude::{ArrayRef, ArrowDataType, ArrowField, ArrowSchema, DataType, PolarsResult, Series};
use polars_arrow::array::DictionaryArray;
use polars_arrow::datatypes::{DTYPE_CATEGORICAL_NEW, IntegerType};
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, Filter, PageReader, RowGroupMetadata, column_iter_to_arrays,
};

use super::{caught, damaged, plain};
use crate::read::typed::{CodedTexts, PlainTexts};

/// A column as it is decoded.
pub(super) enum Decoded {
    Values(Series),
    Coded(CodedTexts),
    Plain(PlainTexts),
}

/// Some rows of a row group.
pub(super) struct Group<'a> {
    /// The bytes of the file.
    pub bytes: &'a Buffer<u8>,
    pub schema: &'a ArrowSchema,
    pub whole: &'a RowGroupMetadata,
    pub rows: Range<usize>,
}

impl Group<'_> {
    /// The columns, in the order of the schema.
    pub fn columns(&self) -> PolarsResult<Vec<Decoded>> {
        self.schema.iter_values().map(|field| self.column(field)).collect()
    }

    fn column(&self, field: &ArrowField) -> PolarsResult<Decoded> {
        let Some(chunks) = self.whole.columns_under_root_iter(&field.name) else {
            let values = Series::full_null(field.name.clone(), self.rows.len(), &DataType::from_arrow_field(field));
            return Ok(Decoded::Values(values));
        };
        let chunks: Vec<&ColumnChunkMetadata> = chunks.collect();
        if let Some(texts) = self.coded(field, &chunks) {
            return Ok(Decoded::Coded(texts));
        }
        if let Some(texts) = self.plain(field, &chunks) {
            return Ok(Decoded::Plain(texts));
        }
        let arrays = self.arrays(&chunks, field.clone())?;
        Ok(Decoded::Values(Series::try_from((field, arrays))?))
    }

    /// A column of texts by code; `None` where its pages do not all hold codes of a dictionary.
    ///
    /// What the end of the file says of the pages does not show that, so it is tried; where it fails, the other way
    /// says whether and how the file is damaged.
    fn coded(&self, field: &ArrowField, chunks: &[&ColumnChunkMetadata]) -> Option<CodedTexts> {
        if field.dtype != ArrowDataType::Utf8View || chunks.iter().any(|chunk| chunk.dictionary_page_offset().is_none())
        {
            return None;
        }
        let codes = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
        let mark = [(DTYPE_CATEGORICAL_NEW.into(), "".into())];
        let as_category =
            ArrowField::new(field.name.clone(), codes, field.is_nullable).with_metadata(mark.into_iter().collect());
        let arrays = caught(|| self.arrays(chunks, as_category))?.ok()?;
        let [array] = arrays.as_slice() else { return None };
        array.as_any().downcast_ref::<DictionaryArray<u32>>().and_then(CodedTexts::of)
    }

    /// A column of texts that are read as they stand; `None` where they are not all so.
    fn plain(&self, field: &ArrowField, chunks: &[&ColumnChunkMetadata]) -> Option<PlainTexts> {
        let [chunk] = chunks else { return None };
        if field.dtype != ArrowDataType::Utf8View || chunk.dictionary_page_offset().is_some() {
            return None;
        }
        caught(|| plain::texts(self.pages(chunk), &self.rows))?
    }

    fn arrays(&self, chunks: &[&ColumnChunkMetadata], field: ArrowField) -> PolarsResult<Vec<ArrayRef>> {
        let pages = chunks.iter().map(|chunk| self.pages(chunk)).collect();
        let types = chunks.iter().map(|chunk| &chunk.descriptor().descriptor.primitive_type).collect();
        let rows = Filter::new_ranged(self.rows.start, self.rows.end);
        let (arrays, _) = column_iter_to_arrays(pages, types, field, Some(rows))?;
        match arrays.iter().map(|array| array.len()).sum::<usize>() == self.rows.len() {
            true => Ok(arrays),
            false => Err(damaged()),
        }
    }

    /// The pages of a column.
    fn pages(&self, chunk: &ColumnChunkMetadata) -> BasicDecompressor {
        let range = chunk.byte_range();
        // Outside the file of one that is damaged, this panics as polars itself does.
        let bytes = self.bytes.clone().sliced(range.start as usize..range.end as usize);
        BasicDecompressor::new(PageReader::new(Cursor::new(bytes), chunk, Vec::new(), usize::MAX), Vec::new())
    }
}

// A document as pdf.js reads it: by ranges from the first byte on, so that 200 MB cost what is looked at.

export const CHUNK_BYTES = 262144;
const TRIES = [500, 2000]; // milliseconds before the second and the third

const range = (begin, end) => `bytes=${begin}-${end - 1}`;
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Gives what `getDocument` takes; `onFailure` hears of parts that do not come, whatever was tried.
export async function openSource(pdfjs, url, onFailure) {
  const answer = await fetch(url, { headers: { Range: range(0, CHUNK_BYTES) } });
  if (answer.status !== 206) throw new Error(`the document answers ${answer.status}`);
  const size = Number(answer.headers.get("Content-Range").split("/")[1]);
  const first = new Uint8Array(await answer.arrayBuffer());
  if (first.length === size) return { data: first };
  const part = (begin, end, signal) =>
    fetchPart(url, answer.headers.get("ETag"), begin, end, signal);
  return { range: transport(pdfjs, size, first, part, onFailure) };
}

function transport(pdfjs, size, first, part, onFailure) {
  const stopped = new AbortController();
  const made = new pdfjs.PDFDataRangeTransport(size, first);
  made.requestDataRange = (begin, end) => {
    part(begin, end, stopped.signal).then(
      (bytes) => made.onDataRange(begin, bytes),
      (error) => stopped.signal.aborted || onFailure(error),
    );
  };
  made.abort = () => stopped.abort();
  return made;
}

// `If-Range`: of a document that was replaced meanwhile the whole would come, which is refused.
async function fetchPart(url, mark, begin, end, signal) {
  for (let tried = 0; ; tried += 1) {
    try {
      const headers = { Range: range(begin, end), "If-Range": mark };
      const answer = await fetch(url, { headers, signal });
      if (answer.status === 206) return new Uint8Array(await answer.arrayBuffer());
      if (answer.status < 500 && answer.status !== 429) tried = TRIES.length;
      throw new Error(`the document answers ${answer.status}`);
    } catch (error) {
      if (signal.aborted || tried >= TRIES.length) throw error;
      await wait(TRIES[tried]);
    }
  }
}

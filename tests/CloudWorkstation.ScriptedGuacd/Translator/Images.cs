namespace CloudWorkstation.Guacd.Translator;

/// <summary>Pictures as guacd sends them: a stream with a PNG in it.</summary>
internal static class Images
{
    // What guacd puts into one blob; its base64 stays under 8,192 characters.
    private const int BlobBytes = 6_048;
    private const int Over = 14;
    private const int CursorBuffer = -1;

    // Streams that belong to no single user have odd numbers.
    private const int Stream = 1;

    public static IEnumerable<Instruction> Tile(byte[] png, int layer, int x, int y) =>
    [
        new("img", Stream, Over, layer, "image/png", x, y),
        .. png.Chunk(BlobBytes).Select(part => new Instruction("blob", Stream, Convert.ToBase64String(part))),
        new("end", Stream),
    ];

    public static IEnumerable<Instruction> Cursor(byte[] png, int width, int height, int hotX, int hotY) =>
    [
        new("size", CursorBuffer, width, height),
        .. Tile(png, CursorBuffer, 0, 0),
        new("cursor", hotX, hotY, CursorBuffer, 0, 0, width, height),
    ];
}

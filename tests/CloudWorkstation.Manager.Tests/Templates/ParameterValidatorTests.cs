using System.Text.Json;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Tests.Templates;

public sealed class ParameterValidatorTests
{
    private static readonly Template Template = new()
    {
        Name = "demo",
        Version = "1",
        Title = "Demo",
        Protocol = "vnc",
        Directory = "/",
        Parameters =
        [
            new() { Name = "geometry", Type = ParameterType.String, Title = "Screen", Options = [Json("1280x720"), Json("1920x1080")], Default = Json("1280x720"), Mutable = true },
            new() { Name = "depth", Type = ParameterType.Number, Title = "Depth", Options = [Json(16), Json(24)], Default = Json(24) },
            new() { Name = "disk", Type = ParameterType.Number, Title = "Disk", Minimum = 8, Maximum = 100, Default = Json(8), Mutable = true },
            new() { Name = "label", Type = ParameterType.String, Title = "Label", Pattern = "[a-z]+", MaximumLength = 5, Default = Json("a") },
            new() { Name = "gpu", Type = ParameterType.Boolean, Title = "Graphics card", Default = Json(false) },
        ],
    };

    private readonly ParameterValidator validator = new();

    [Fact]
    public void Defaults_fill_what_is_not_given()
    {
        var values = Validate([]).Value;

        values.Keys.ShouldBe(["geometry", "depth", "disk", "label", "gpu"], ignoreOrder: true);
        values["depth"].GetInt32().ShouldBe(24);
    }

    [Theory]
    [InlineData("geometry", "\"800x600\"", "is not one of")]
    [InlineData("geometry", "1280", "A number was given; a text is needed.")]
    [InlineData("geometry", "null", "A null was given")]
    [InlineData("depth", "\"24\"", "A text was given; a number is needed.")]
    [InlineData("depth", "32", "is not one of 16, 24")]
    [InlineData("disk", "7.5", "below the minimum 8")]
    [InlineData("disk", "101", "above the maximum 100")]
    [InlineData("disk", "1e400", "a number is needed")]
    [InlineData("label", "\"toolong\"", "at most 5")]
    [InlineData("label", "\"A\"", "must match")]
    [InlineData("label", "\"a\\n\"", "Control characters")]
    [InlineData("gpu", "\"yes\"", "true or false is needed")]
    [InlineData("gpu", "[]", "A list was given")]
    [InlineData("colour", "1", "has no parameter 'colour'")]
    public void A_bad_value_is_refused_by_name(string name, string value, string expected)
    {
        var problem = Validate(new() { [name] = JsonDocument.Parse(value).RootElement }).Problem.ShouldNotBeNull();

        problem.Kind.ShouldBe(ProblemKind.Invalid);
        var error = problem.Errors.ShouldHaveSingleItem();
        error.Field.ShouldBe($"parameters.{name}");
        error.Message.ShouldContain(expected);
    }

    [Fact]
    public void All_bad_values_are_told_at_once() =>
        Validate(new() { ["disk"] = Json(0), ["label"] = Json("A"), ["other"] = Json(1) }).Problem!.Errors.Count.ShouldBe(3);

    [Fact]
    public void A_parameter_without_default_must_be_given()
    {
        var template = Template with { Parameters = [Template.Parameters[0] with { Default = null }] };

        validator.Validate(template, new Dictionary<string, JsonElement>(StringComparer.Ordinal), null).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("is needed");
    }

    [Fact]
    public void A_change_keeps_what_it_does_not_mention()
    {
        var current = Validate(new() { ["disk"] = Json(50), ["label"] = Json("abc") }).Value;

        var values = validator.Validate(Template, new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["geometry"] = Json("1920x1080") }, current).Value;

        values["disk"].GetInt32().ShouldBe(50);
        values["geometry"].GetString().ShouldBe("1920x1080");
    }

    [Fact]
    public void Only_mutable_parameters_may_be_changed()
    {
        var current = Validate([]).Value;

        var error = validator.Validate(Template, new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["depth"] = Json(16), ["disk"] = Json(9) }, current).Problem!.Errors.ShouldHaveSingleItem();

        error.Field.ShouldBe("parameters.depth");
        error.Message.ShouldContain("cannot be changed");
    }

    [Fact]
    public void The_same_value_in_another_spelling_is_no_change()
    {
        var current = Validate([]).Value;

        var values = validator.Validate(Template, new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["depth"] = JsonDocument.Parse("24.0").RootElement }, current).Value;

        values["depth"].GetRawText().ShouldBe("24");
    }

    private Outcome<IReadOnlyDictionary<string, JsonElement>> Validate(Dictionary<string, JsonElement> values) => validator.Validate(Template, values, null);


    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);
}

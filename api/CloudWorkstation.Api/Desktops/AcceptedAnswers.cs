using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Api.Desktops;

/// <summary>Answers accepted changes: 202 with the operation to follow, or 200 when nothing has to run.</summary>
public sealed class AcceptedAnswers(DesktopModels models)
{
    public AcceptedAnswer Of(AcceptedChange change) =>
        new(models.Of(change.Desktop), change.Operation is { } operation ? OperationModel.Of(operation) : null);

    public IResult Accepted(AcceptedChange change) => Result(Of(change));

    public static IResult Result(AcceptedAnswer answer) => answer.Operation is { } operation
        ? Results.Accepted(LocationOf(operation.Id), answer)
        : Results.Ok(answer);

    public static string LocationOf(string operation) => "/api/v1/operations/" + operation;
}

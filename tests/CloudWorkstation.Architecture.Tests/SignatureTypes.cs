using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace CloudWorkstation.Architecture.Tests;

/// <summary>Collects every type that occurs in a signature; the decoded values themselves are of no interest.</summary>
internal sealed class SignatureTypes : ISignatureTypeProvider<int, int>
{
    private readonly HashSet<EntityHandle> _found = [];

    public IReadOnlyCollection<EntityHandle> Found => _found;

    public void Add(MetadataReader metadata, EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeSpecification)
            metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, 0);
        else if (handle.Kind is HandleKind.TypeDefinition or HandleKind.TypeReference)
            _found.Add(handle);
    }

    public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Note(handle);

    public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Note(handle);

    public int GetTypeFromSpecification(MetadataReader reader, int genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public int GetArrayType(int elementType, ArrayShape shape) => 0;

    public int GetByReferenceType(int elementType) => 0;

    public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

    public int GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

    public int GetGenericMethodParameter(int genericContext, int index) => 0;

    public int GetGenericTypeParameter(int genericContext, int index) => 0;

    public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

    public int GetPinnedType(int elementType) => 0;

    public int GetPointerType(int elementType) => 0;

    public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

    public int GetSZArrayType(int elementType) => 0;

    private int Note(EntityHandle handle)
    {
        _found.Add(handle);
        return 0;
    }
}

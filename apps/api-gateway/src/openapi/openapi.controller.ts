import { Controller, Get } from '@nestjs/common';
import { OpenApiDocument, openApiDocument } from '@tandem/contracts';

@Controller('v1/openapi.json')
export class OpenApiController {
  private readonly document = openApiDocument();

  @Get()
  read(): OpenApiDocument {
    return this.document;
  }
}

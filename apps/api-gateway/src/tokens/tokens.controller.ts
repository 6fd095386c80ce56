import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { createTokenBody, rotateTokenBody, TokenSecretView, TokenView } from '@tandem/contracts';
import { fingerprintOf, hashToken } from '@tandem/platform';
import type { FastifyRequest } from 'fastify';
import { tokenView } from '../access/stored-token';
import { TokenStore } from '../access/token-store';
import { parseBody } from '../http/parse-input';
import { Problem } from '../http/problem';
import { RequestSeed, Seed } from '../idempotency/request-seed';

/** Tokens of the API. Not an operation: the answer holds the secret, and no operation may. */
@Controller('v1/tokens')
export class TokensController {
  constructor(private readonly store: TokenStore) {}

  @Get()
  async list(): Promise<{ tokens: TokenView[] }> {
    const now = Date.now();
    return { tokens: (await this.store.all()).map((token) => tokenView(token, now)) };
  }

  @Get('self')
  async self(@Req() request: FastifyRequest): Promise<TokenView> {
    const own = (await this.store.all()).find(({ id }) => id === request.caller?.id);
    if (!own) throw new Problem('token-unknown', 'The token is gone.');
    return tokenView(own, Date.now());
  }

  @Post()
  @HttpCode(201)
  async create(
    @Body() body: unknown,
    @Seed() seed: RequestSeed,
    @Req() request: FastifyRequest,
  ): Promise<TokenSecretView> {
    const wish = parseBody(createTokenBody, body);
    const secret = seed.token();
    const token = await this.store.create(
      { ...wish, id: `tok-${seed.word('token-id', 8)}`, hash: hashToken(secret.reveal()) },
      actor(request),
    );
    return { token: tokenView(token, Date.now()), secret: secret.reveal(), replaces: null };
  }

  @Post(':token/rotate')
  @HttpCode(200)
  async rotate(
    @Param('token') idOrName: string,
    @Body() body: unknown,
    @Seed() seed: RequestSeed,
    @Req() request: FastifyRequest,
  ): Promise<TokenSecretView> {
    const wish = parseBody(rotateTokenBody, body ?? {});
    const secret = seed.token();
    const rotation = { ...wish, hash: hashToken(secret.reveal()) };
    const { token, replaced } = await this.store.rotate(idOrName, rotation, actor(request));
    const replaces = replaced === null ? null : fingerprintOf(replaced);
    return { token: tokenView(token, Date.now()), secret: secret.reveal(), replaces };
  }

  @Delete(':token')
  @HttpCode(200)
  async revoke(@Param('token') idOrName: string, @Req() request: FastifyRequest): Promise<TokenView> {
    return tokenView(await this.store.revoke(idOrName, actor(request)), Date.now());
  }
}

const actor = (request: FastifyRequest): string => `token:${request.caller?.id}`;
